"""A minimal WebKitGTK browser for WebDriver, the size of a telephone, whose profile stays on disk.

MiniBrowser's profile does not, and its IndexedDB refuses Blobs. Run by webkit.py with the system's python3, the one
that has `gi`. Arguments: the folder of the profile, then the features of WebKit to turn on. Permissions are refused.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402 - after the choice of the versions

LARGEUR, HAUTEUR = 390, 844


def reglages(voulues: list[str]) -> WebKit2.Settings:
    """Return the settings, with the wanted features on and the console written to the standard output."""
    trouves = WebKit2.Settings(enable_write_console_messages_to_stdout=True)
    toutes = WebKit2.Settings.get_all_features()
    for rang in range(toutes.get_length()):
        fonction = toutes.get(rang)
        if fonction.get_identifier() in voulues:
            trouves.set_feature_enabled(fonction, True)
    return trouves


def contexte_garde(profil: str) -> WebKit2.WebContext:
    """Return a context whose data and cookies are kept under `profil`."""
    donnees = WebKit2.WebsiteDataManager(
        base_data_directory=f"{profil}/donnees", base_cache_directory=f"{profil}/cache"
    )
    temoins = donnees.get_cookie_manager()
    temoins.set_persistent_storage(f"{profil}/temoins.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
    contexte = WebKit2.WebContext(website_data_manager=donnees)
    contexte.set_automation_allowed(True)
    return contexte


def refuser(_vue: WebKit2.WebView, demande: WebKit2.PermissionRequest) -> bool:
    """Refuse a permission at once, as a person who touches « Refuser »."""
    demande.deny()
    return True


def main(profil: str, *voulues: str) -> None:
    """Serve one session of the driver, then end."""
    contexte, choix = contexte_garde(profil), reglages(list(voulues))

    def ouvrir(_session: WebKit2.AutomationSession) -> WebKit2.WebView:
        vue = WebKit2.WebView(web_context=contexte, settings=choix, is_controlled_by_automation=True)
        fenetre = Gtk.Window(default_width=LARGEUR, default_height=HAUTEUR)
        fenetre.add(vue)
        vue.connect("permission-request", refuser)
        vue.connect("close", lambda _vue: fenetre.destroy())
        fenetre.show_all()
        return vue

    def commencer(_contexte: WebKit2.WebContext, session: WebKit2.AutomationSession) -> None:
        qui = WebKit2.ApplicationInfo()
        qui.set_name("terrain")
        qui.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
        session.set_application_info(qui)
        session.connect("create-web-view", ouvrir)
        session.connect("will-close", lambda _session: Gtk.main_quit())  # the driver does not always end its browser

    contexte.connect("automation-started", commencer)
    Gtk.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
