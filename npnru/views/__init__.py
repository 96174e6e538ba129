"""Pages of urban renewal."""
