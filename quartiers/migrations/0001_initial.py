import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models


CREER_CONFIGURATION = """
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_ts_config WHERE cfgname = 'francais' AND pg_ts_config_is_visible(oid)
    ) THEN
        CREATE TEXT SEARCH CONFIGURATION francais (COPY = french);
        ALTER TEXT SEARCH CONFIGURATION francais
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.UnaccentExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.RunSQL(CREER_CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION IF EXISTS francais"),
        migrations.CreateModel(
            name='Organisme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=150, unique=True, verbose_name='nom')),
                ('nom_tri', models.CharField(db_index=True, editable=False, max_length=200, verbose_name='clé de tri')),
                ('sigle', models.CharField(blank=True, max_length=30, verbose_name='sigle')),
                ('type', models.CharField(choices=[('ville', 'Ville de Tours'), ('metropole', 'Tours Métropole Val de Loire'), ('etat', 'État et ses agences'), ('bailleur', 'Bailleur social'), ('collectivite', 'Autre collectivité ou organisme public'), ('association', 'Association'), ('entreprise', 'Entreprise'), ('habitants', 'Habitants, conseil citoyen'), ('autre', 'Autre')], max_length=15, verbose_name='type')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('actif', models.BooleanField(default=True, verbose_name='actif')),
                ('fictif', models.BooleanField(default=False, verbose_name='fictif (démonstration)')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='quartiers.organisme', verbose_name='service de')),
            ],
            options={
                'verbose_name': 'organisme',
                'verbose_name_plural': 'organismes',
                'ordering': ['nom_tri'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fonction', models.CharField(max_length=150, verbose_name='fonction')),
                ('nom', models.CharField(blank=True, max_length=100, verbose_name='nom')),
                ('prenom', models.CharField(blank=True, max_length=100, verbose_name='prénom')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('actif', models.BooleanField(default=True, verbose_name='actif')),
                ('organisme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='quartiers.organisme', verbose_name='organisme')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ['organisme', 'nom', 'prenom', 'fonction'],
            },
        ),
        migrations.CreateModel(
            name='Quartier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, unique=True, verbose_name='code court')),
                ('nom', models.CharField(max_length=100, verbose_name='nom')),
                ('nom_tri', models.CharField(db_index=True, editable=False, max_length=120, verbose_name='clé de tri')),
                ('slug', models.SlugField(unique=True, verbose_name='nom dans les adresses')),
                ('code_qpv', models.CharField(max_length=10, unique=True, verbose_name='code QPV 2024')),
                ('code_qpv_2015', models.CharField(blank=True, max_length=10, verbose_name='code QPV 2015')),
                ('npnru', models.CharField(blank=True, choices=[('national', 'Intérêt national'), ('regional', 'Intérêt régional')], max_length=10, verbose_name='niveau NPNRU')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre d’affichage')),
                ('contour', models.JSONField(blank=True, null=True, verbose_name='contour (GeoJSON)')),
                ('contour_origine', models.CharField(choices=[('schematique', 'Schéma (aucun contour importé)'), ('provisoire', 'Contour provisoire (génération 2015)'), ('officiel', 'Contour officiel 2024')], default='schematique', max_length=12, verbose_name='origine du contour')),
                ('contour_source', models.TextField(blank=True, verbose_name='source du contour')),
                ('contour_le', models.DateField(blank=True, null=True, verbose_name='contour importé le')),
                ('centre_lon', models.DecimalField(decimal_places=6, max_digits=9, verbose_name='longitude du centre')),
                ('centre_lat', models.DecimalField(decimal_places=6, max_digits=9, verbose_name='latitude du centre')),
                ('surface_ha', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='superficie (ha)')),
                ('lieux', models.TextField(blank=True, verbose_name='secteurs et repères')),
            ],
            options={
                'verbose_name': 'quartier',
                'verbose_name_plural': 'quartiers',
                'ordering': ['ordre', 'nom_tri'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('contour__isnull', True), ('contour_origine', 'schematique')), models.Q(('contour__isnull', False), models.Q(('contour_origine', 'schematique'), _negated=True)), _connector='OR'), name='quartier_contour_si_et_seulement_si_origine', violation_error_message='Un contour importé porte une origine (provisoire ou officiel), et lui seul.'), models.CheckConstraint(condition=models.Q(('centre_lat__range', (-90, 90)), ('centre_lon__range', (-180, 180))), name='quartier_centre_sur_terre', violation_error_message='La longitude va de −180 à 180, la latitude de −90 à 90.'), models.CheckConstraint(condition=models.Q(('surface_ha__isnull', True), ('surface_ha__gt', 0), _connector='OR'), name='quartier_surface_positive', violation_error_message='Une superficie est plus grande que zéro.')],
            },
        ),
        migrations.AddField(
            model_name='organisme',
            name='quartiers',
            field=models.ManyToManyField(blank=True, related_name='organismes', to='quartiers.quartier', verbose_name='quartiers où il intervient'),
        ),
        migrations.CreateModel(
            name='ChiffreCle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicateur', models.CharField(choices=[('population', 'Population'), ('surface', 'Superficie'), ('revenu_median', 'Revenu médian annuel'), ('logements', 'Logements'), ('logements_sociaux', 'Logements sociaux'), ('part_logement_social', 'Part de logements sociaux'), ('taux_pauvrete', 'Taux de pauvreté'), ('taux_emploi', 'Taux d’emploi'), ('moins_25_ans', 'Part des moins de 25 ans'), ('menages', 'Ménages')], max_length=30, verbose_name='indicateur')),
                ('valeur', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='valeur')),
                ('unite', models.CharField(blank=True, max_length=20, verbose_name='unité')),
                ('date_valeur', models.CharField(help_text='Par exemple « 2013 » ou « vers 2019 ».', max_length=40, verbose_name='date de la valeur')),
                ('annee', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année (pour le tri)')),
                ('source', models.CharField(max_length=250, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='adresse de la source')),
                ('releve_le', models.DateField(verbose_name='relevé le')),
                ('quartier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chiffres', to='quartiers.quartier', verbose_name='quartier')),
            ],
            options={
                'verbose_name': 'chiffre clé',
                'verbose_name_plural': 'chiffres clés',
                'ordering': ['quartier', 'indicateur', models.OrderBy(models.F('annee'), descending=True, nulls_last=True), 'source'],
            },
        ),
        migrations.CreateModel(
            name='Secteur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=100, verbose_name='nom')),
                ('quartier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secteurs', to='quartiers.quartier', verbose_name='quartier')),
            ],
            options={
                'verbose_name': 'secteur',
                'verbose_name_plural': 'secteurs',
                'ordering': ['quartier', 'nom'],
            },
        ),
        migrations.AddConstraint(
            model_name='organisme',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='organisme_pas_son_propre_parent', violation_error_message='Un organisme n’est pas un service de lui-même.'),
        ),
        migrations.AddConstraint(
            model_name='chiffrecle',
            constraint=models.UniqueConstraint(fields=('quartier', 'indicateur', 'date_valeur', 'source'), name='chiffre_unique_par_date_et_source', violation_error_message='Ce chiffre est déjà saisi pour cette date et cette source.'),
        ),
        migrations.AddConstraint(
            model_name='chiffrecle',
            constraint=models.CheckConstraint(condition=models.Q(('valeur__isnull', True), ('valeur__gte', 0), _connector='OR'), name='chiffre_positif', violation_error_message='Un chiffre clé n’est pas négatif.'),
        ),
        migrations.AddConstraint(
            model_name='chiffrecle',
            constraint=models.CheckConstraint(condition=models.Q(('annee__isnull', True), ('annee__range', (1950, 2100)), _connector='OR'), name='chiffre_annee_plausible', violation_error_message='L’année est comprise entre 1950 et 2100.'),
        ),
        migrations.AddConstraint(
            model_name='secteur',
            constraint=models.UniqueConstraint(fields=('quartier', 'nom'), name='secteur_unique_par_quartier', violation_error_message='Ce quartier a déjà un secteur de ce nom.'),
        ),
    ]
