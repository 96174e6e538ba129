"""Static files under the name of their content, our own modules of JavaScript included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What a module loads from another one: `… from "./name.js";` on one line.
_MODULES = (
    r"""(?P<matched>from\s*["'](?P<url>\.{1,2}/[^"']+)["']\s*;)""",
    """from "%(url)s";""",
)


class StatiquesEmpreintees(CompressedManifestStaticFilesStorage):
    """Hash the names, compress, and write the hashed names in what our modules load from one another.

    Django's own switch for modules reads every script of every package, comments included: ours reads our folder only.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/terrain/*.js", (_MODULES,)))
