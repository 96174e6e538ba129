"""The table of actions: two people at once, and a browser without JavaScript."""

from playwright.sync_api import expect

from gusp.models import Action


def ligne_de(ecran, action):
    return ecran.page.locator(f"#action-{action.pk}")


def ecrire(ecran, action, *, avancement: str, texte: str) -> None:
    ecran.page.get_by_label(f"Avancement de {action.code}, en pour cent").fill(avancement)
    ecran.page.get_by_label(f"Nouvelle de {action.code}").fill(texte)


def test_le_second_qui_ecrit_apprend_ce_que_le_premier_a_change_et_garde_sa_phrase(ouvrir, decor):
    action = decor.actions[0]
    premier, second = ouvrir(decor.territorial), ouvrir(decor.collegue)
    for ecran in (premier, second):
        ecran.aller("/actions/")
    ecrire(premier, action, avancement="40", texte="Bail signé")
    premier.page.get_by_label(f"Nouvelle de {action.code}").press("Enter")
    expect(ligne_de(premier, action)).to_contain_text("Enregistré")
    ecrire(second, action, avancement="30", texte="Visite du local")
    with second.admettre("409|422"):
        second.page.get_by_label(f"Nouvelle de {action.code}").press("Enter")
        expect(ligne_de(second, action).locator(".action-refus")).to_contain_text("a été modifiée pendant votre saisie")
    expect(second.page.get_by_label(f"Nouvelle de {action.code}")).to_have_value("Visite du local")
    assert Action.objects.get(pk=action.pk).nouvelle == "Bail signé"
    second.page.get_by_label(f"Nouvelle de {action.code}").press("Enter")
    expect(ligne_de(second, action)).to_contain_text("Enregistré")
    assert Action.objects.get(pk=action.pk).nouvelle == "Visite du local"
    second.page.reload()


def test_sans_javascript_les_lignes_changees_s_enregistrent_par_un_bouton(ouvrir, decor):
    ecran = ouvrir(decor.territorial, sans_js=True)
    ecran.aller("/actions/")
    for rang, action in enumerate(decor.actions[:2]):
        ecrire(ecran, action, avancement=str(50 + 5 * rang), texte=f"Point {rang}")
    ecran.bouton("Enregistrer les lignes changées")
    ecran.dit("2 actions mises à jour")
    lues = Action.objects.filter(pk__in=[a.pk for a in decor.actions]).order_by("code")
    assert [(a.avancement, a.nouvelle) for a in lues] == [(50, "Point 0"), (55, "Point 1"), (0, "")]


def test_sans_javascript_le_conflit_se_lit_et_rien_n_est_perdu(ouvrir, decor):
    action = decor.actions[0]
    premier, second = ouvrir(decor.territorial, sans_js=True), ouvrir(decor.collegue, sans_js=True)
    for ecran in (premier, second):
        ecran.aller("/actions/")
    ecrire(premier, action, avancement="40", texte="Bail signé")
    premier.bouton("Enregistrer les lignes changées")
    ecrire(second, action, avancement="30", texte="Visite du local")
    with second.admettre("409|422"):
        second.bouton("Enregistrer les lignes changées")
        second.dit("a été modifiée pendant votre saisie")
    expect(second.page.get_by_label(f"Nouvelle de {action.code}")).to_have_value("Visite du local")
    assert Action.objects.get(pk=action.pk).nouvelle == "Bail signé"
