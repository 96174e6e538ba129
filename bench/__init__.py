"""`make bench`: how long the pages and the dossier take, against the bound of the same work, as ratios of one run."""
