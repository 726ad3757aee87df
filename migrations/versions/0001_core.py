# ruff: noqa: E501
"""Core tables: places, establishments, people, trust chain, requests, journal, outbox.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# mandate, nomination and request point to each other: PostgreSQL gets the two forward keys once all three exist,
# SQLite (which resolves names late and cannot add a key) gets them inline.
CYCLE = [
    (
        "fk_mandate_nomination",
        "nomination",
        ["nomination_id", "establishment_finess", "granting_mandate_id"],
        ["nomination.id", "nomination.establishment_finess", "nomination.mandate_id"],
    ),
    (
        "fk_mandate_granting_request",
        "request",
        ["granting_request_id", "establishment_finess"],
        ["request.id", "request.establishment_finess"],
    ),
]

TABLES = [
    "commune",
    "journal_entry",
    "journal_head",
    "journal_seal",
    "legal_entity",
    "person",
    "professional",
    "rate_counter",
    "account",
    "authentication",
    "commune_contour",
    "commune_postcode",
    "establishment",
    "former_commune",
    "journal_body",
    "outbox_message",
    "professional_activity",
    "establishment_alias",
    "sign_in_session",
    "unit",
    "unit_activity",
    "unit_commune",
    "unit_contact",
    "mandate",
    "nomination",
    "request",
    "affiliation",
    "one_time_link",
    "request_event",
]


def upgrade() -> None:
    late = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "commune",
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=3), nullable=False),
        sa.Column("parent_insee", sa.String(length=5), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.CheckConstraint("kind IN ('COM', 'ARM')", name=op.f("ck_commune_kind_known")),
        sa.PrimaryKeyConstraint("insee", name="pk_commune"),
    )
    op.create_index("ix_commune_departement", "commune", ["departement"], unique=False)
    op.create_index("ix_commune_parent_insee", "commune", ["parent_insee"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("concerned", sa.String(length=60), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body_commit", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_journal_entry"),
    )
    op.create_index("ix_journal_entry_actor", "journal_entry", ["actor"], unique=False)
    op.create_index("ix_journal_entry_subject", "journal_entry", ["subject"], unique=False)
    op.create_table(
        "journal_head",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_journal_head"),
    )
    op.create_table(
        "journal_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("previous_mac", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_seal"),
    )
    op.create_table(
        "legal_entity",
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("long_name", sa.String(length=250), nullable=True),
        sa.Column("legal_status_code", sa.String(length=4), nullable=True),
        sa.Column("legal_status_label", sa.String(length=120), nullable=True),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=5), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("finess", name="pk_legal_entity"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("profession_code", sa.String(length=4), nullable=True),
        sa.Column("profession_label", sa.String(length=120), nullable=True),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(trim(family_name)) > 0 AND length(trim(given_name)) > 0", name=op.f("ck_person_named")
        ),
        sa.CheckConstraint("rpps IS NULL OR length(rpps) = 11", name=op.f("ck_person_rpps_length")),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("rpps", name="uq_person_rpps"),
    )
    op.create_table(
        "professional",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=True),
        sa.Column("profession_code", sa.String(length=4), nullable=False),
        sa.Column("profession_label", sa.String(length=120), nullable=False),
        sa.Column("speciality_code", sa.String(length=10), nullable=True),
        sa.Column("speciality_label", sa.String(length=160), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_professional"),
    )
    op.create_index("uq_professional_rpps", "professional", ["rpps"], unique=True)
    op.create_table(
        "rate_counter",
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_counter"),
    )
    op.create_index("ix_rate_counter_expires_at", "rate_counter", ["expires_at"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_version", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "status <> 'active' OR password_hash IS NOT NULL", name=op.f("ck_account_active_has_password")
        ),
        sa.CheckConstraint(
            "status IN ('invited', 'active', 'suspended', 'closed')", name=op.f("ck_account_status_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email_key", name="uq_account_email_key"),
        sa.UniqueConstraint("person_id", name="uq_account_person_id"),
    )
    op.create_table(
        "authentication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_authentication_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_authentication"),
    )
    op.create_index("ix_authentication_session_id", "authentication", ["session_id"], unique=False)
    op.create_index("uq_authentication_id_person", "authentication", ["id", "person_id"], unique=True)
    op.create_table(
        "commune_contour",
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("x_min", sa.Integer(), nullable=False),
        sa.Column("y_min", sa.Integer(), nullable=False),
        sa.Column("x_max", sa.Integer(), nullable=False),
        sa.Column("y_max", sa.Integer(), nullable=False),
        sa.Column("x_centre", sa.Double(), nullable=False),
        sa.Column("y_centre", sa.Double(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["insee"], ["commune.insee"], name="fk_commune_contour_insee_commune"),
        sa.PrimaryKeyConstraint("insee", name="pk_commune_contour"),
    )
    op.create_table(
        "commune_postcode",
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["insee"], ["commune.insee"], name="fk_commune_postcode_insee_commune"),
        sa.PrimaryKeyConstraint("insee", "postcode", name="pk_commune_postcode"),
    )
    op.create_index("ix_commune_postcode_postcode", "commune_postcode", ["postcode"], unique=False)
    op.create_table(
        "establishment",
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("legal_entity_finess", sa.String(length=9), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("long_name", sa.String(length=250), nullable=True),
        sa.Column("category_code", sa.String(length=4), nullable=False),
        sa.Column("category_label", sa.String(length=200), nullable=False),
        sa.Column("category_group_label", sa.String(length=200), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("address_extra", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=5), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("commune_insee", sa.String(length=5), nullable=True),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("aci_signed_on", sa.Date(), nullable=True),
        sa.Column("register_updated_on", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commune_insee"], ["commune.insee"], name="fk_establishment_commune_insee_commune"),
        sa.ForeignKeyConstraint(
            ["legal_entity_finess"], ["legal_entity.finess"], name="fk_establishment_legal_entity_finess_legal_entity"
        ),
        sa.PrimaryKeyConstraint("finess", name="pk_establishment"),
    )
    op.create_index(
        "ix_establishment_category_departement", "establishment", ["category_code", "departement"], unique=False
    )
    op.create_index("ix_establishment_commune_insee", "establishment", ["commune_insee"], unique=False)
    op.create_index("ix_establishment_departement_name", "establishment", ["departement", "name"], unique=False)
    op.create_index("ix_establishment_legal_entity_finess", "establishment", ["legal_entity_finess"], unique=False)
    op.create_index("ix_establishment_postcode", "establishment", ["postcode"], unique=False)
    op.create_table(
        "former_commune",
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("current_insee", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["current_insee"], ["commune.insee"], name="fk_former_commune_current_insee_commune"),
        sa.PrimaryKeyConstraint("insee", "name", name="pk_former_commune"),
    )
    op.create_index("ix_former_commune_current_insee", "former_commune", ["current_insee"], unique=False)
    op.create_table(
        "journal_body",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain", "seq"], ["journal_entry.chain", "journal_entry.seq"], name="fk_journal_body_entry"
        ),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_journal_body"),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("chain", sa.String(length=40), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('event', 'mail')", name=op.f("ck_outbox_message_kind_known")),
        sa.ForeignKeyConstraint(
            ["chain", "seq"], ["journal_entry.chain", "journal_entry.seq"], name="fk_outbox_message_entry"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_message_dedupe_key"),
    )
    op.create_index("ix_outbox_message_entry", "outbox_message", ["chain", "seq"], unique=False)
    op.create_index(
        "ix_outbox_message_to_deliver",
        "outbox_message",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "professional_activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("professional_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("mode_code", sa.String(length=4), nullable=True),
        sa.Column("site_name", sa.String(length=200), nullable=True),
        sa.Column("site_finess", sa.String(length=9), nullable=True),
        sa.Column("postcode", sa.String(length=5), nullable=True),
        sa.Column("commune_insee", sa.String(length=5), nullable=True),
        sa.Column("commune_name", sa.String(length=120), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["professional_id"], ["professional.id"], name="fk_professional_activity_professional_id_professional"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_professional_activity"),
    )
    op.create_index("ix_professional_activity_commune_insee", "professional_activity", ["commune_insee"], unique=False)
    op.create_index("ix_professional_activity_site_finess", "professional_activity", ["site_finess"], unique=False)
    op.create_index("uq_professional_activity_key", "professional_activity", ["professional_id", "key"], unique=True)
    op.create_table(
        "establishment_alias",
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("alias", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["finess"], ["establishment.finess"], name="fk_establishment_alias_finess_establishment"
        ),
        sa.PrimaryKeyConstraint("finess", "alias", name="pk_establishment_alias"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_session_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_session"),
    )
    op.create_index("ix_sign_in_session_account_id", "sign_in_session", ["account_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type_code", sa.String(length=4), nullable=False),
        sa.Column("type_label", sa.String(length=200), nullable=False),
        sa.Column("care_mode_code", sa.String(length=4), nullable=True),
        sa.Column("activity_field_code", sa.String(length=4), nullable=True),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=5), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("admission_conditions", sa.Text(), nullable=True),
        sa.Column("reception_conditions", sa.Text(), nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("regulator_info", sa.Text(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("min_age >= 0 AND max_age <= 150 AND min_age <= max_age", name=op.f("ck_unit_ages_ordered")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"], ["establishment.finess"], name="fk_unit_establishment_finess_establishment"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_unit_id_establishment"),
    )
    op.create_index("ix_unit_establishment_finess", "unit", ["establishment_finess"], unique=False)
    op.create_table(
        "unit_activity",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_activity_unit_id_unit"),
        sa.PrimaryKeyConstraint("unit_id", "code", name="pk_unit_activity"),
    )
    op.create_table(
        "unit_commune",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["insee"], ["commune.insee"], name="fk_unit_commune_insee_commune"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_commune_unit_id_unit"),
        sa.PrimaryKeyConstraint("unit_id", "insee", name="pk_unit_commune"),
    )
    op.create_index("ix_unit_commune_insee", "unit_commune", ["insee"], unique=False)
    op.create_table(
        "unit_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nature_code", sa.String(length=4), nullable=False),
        sa.Column("channel_code", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=True),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidentiality IN (1, 2, 3)", name=op.f("ck_unit_contact_confidentiality_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_contact_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_contact"),
    )
    op.create_index("ix_unit_contact_unit_id", "unit_contact", ["unit_id"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("seat", sa.SmallInteger(), nullable=True),
        sa.Column("function", sa.String(length=120), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("term_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granting_request_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("granting_mandate_id", sa.Uuid(), nullable=True),
        sa.Column("granting_person_id", sa.Uuid(), nullable=True),
        sa.Column("granting_role", sa.String(length=10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("ended_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by_mandate_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by_role", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "role <> 'president' OR (seat IN (1, 2) AND granting_request_id IS NOT NULL AND granted_by_account_id IS NOT NULL AND granting_mandate_id IS NULL AND nomination_id IS NULL)",
            name=op.f("ck_mandate_president_granted_on_request"),
        ),
        sa.CheckConstraint(
            "role <> 'president' OR ended_at IS NULL OR ended_by_account_id IS NOT NULL",
            name=op.f("ck_mandate_president_ended_by_agent"),
        ),
        sa.CheckConstraint(
            "role <> 'referent' OR (seat IS NULL AND nomination_id IS NOT NULL AND granting_mandate_id IS NOT NULL AND granting_person_id IS NOT NULL AND granting_role = 'president' AND granting_role IS NOT NULL AND granted_by_account_id IS NULL AND granting_request_id IS NULL)",
            name=op.f("ck_mandate_referent_granted_by_president"),
        ),
        sa.CheckConstraint(
            "role <> 'referent' OR ended_at IS NULL OR (ended_by_mandate_id IS NOT NULL AND ended_by_role = 'president' AND ended_by_role IS NOT NULL)",
            name=op.f("ck_mandate_referent_ended_by_president"),
        ),
        sa.CheckConstraint("role IN ('president', 'referent')", name=op.f("ck_mandate_role_known")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_mandate_end_has_reason")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_mandate_end_after_start")),
        sa.CheckConstraint("person_id <> granting_person_id", name=op.f("ck_mandate_not_granted_by_oneself")),
        sa.CheckConstraint(
            "term_ends_at IS NULL OR term_ends_at > started_at", name=op.f("ck_mandate_term_after_start")
        ),
        sa.ForeignKeyConstraint(["ended_by_account_id"], ["account.id"], name="fk_mandate_ended_by_account_id_account"),
        sa.ForeignKeyConstraint(
            ["ended_by_mandate_id", "establishment_finess", "ended_by_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_mandate_ending_presidency",
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"], ["establishment.finess"], name="fk_mandate_establishment_finess_establishment"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_account_id"], ["account.id"], name="fk_mandate_granted_by_account_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["granting_mandate_id", "establishment_finess", "granting_person_id", "granting_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_mandate_granting_presidency",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mandate_person_id_person"),
        *([] if late else [sa.ForeignKeyConstraint(here, there, name=name) for name, _, here, there in CYCLE]),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
        sa.UniqueConstraint("id", "establishment_finess", "person_id", "role", name="uq_mandate_identity"),
        sa.UniqueConstraint("id", "establishment_finess", "role", name="uq_mandate_id_establishment_role"),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_mandate_id_establishment"),
    )
    op.create_index("ix_mandate_granting", "mandate", ["granting_mandate_id"], unique=False)
    op.create_index("ix_mandate_person", "mandate", ["person_id"], unique=False)
    op.create_index("uq_mandate_granting_request", "mandate", ["granting_request_id"], unique=True)
    op.create_index("uq_mandate_nomination", "mandate", ["nomination_id"], unique=True)
    op.create_index(
        "uq_mandate_open_person",
        "mandate",
        ["establishment_finess", "person_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_mandate_open_seat",
        "mandate",
        ["establishment_finess", "seat"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND role = 'president'"),
        postgresql_where=sa.text("ended_at IS NULL AND role = 'president'"),
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("nominated_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("granting_role", sa.String(length=10), nullable=False),
        sa.Column("authentication_id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(status = 'proposed') = (closed_at IS NULL)", name=op.f("ck_nomination_closed_has_date")),
        sa.CheckConstraint("granting_role = 'president'", name=op.f("ck_nomination_by_president")),
        sa.CheckConstraint(
            "status <> 'accepted' OR person_id IS NOT NULL", name=op.f("ck_nomination_accepted_by_somebody")
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'accepted', 'declined', 'cancelled', 'expired')",
            name=op.f("ck_nomination_status_known"),
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_nomination_expires_later")),
        sa.CheckConstraint("person_id <> nominated_by_person_id", name=op.f("ck_nomination_not_oneself")),
        sa.ForeignKeyConstraint(
            ["authentication_id", "nominated_by_person_id"],
            ["authentication.id", "authentication.person_id"],
            name="fk_nomination_authentication",
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"], ["establishment.finess"], name="fk_nomination_establishment_finess_establishment"
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id", "establishment_finess", "nominated_by_person_id", "granting_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_nomination_presidency",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_nomination_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_nomination"),
        sa.UniqueConstraint("id", "establishment_finess", "mandate_id", name="uq_nomination_identity"),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_nomination_id_establishment"),
    )
    op.create_index("ix_nomination_email_key", "nomination", ["email_key"], unique=False)
    op.create_index("ix_nomination_mandate_id", "nomination", ["mandate_id"], unique=False)
    op.create_index(
        "uq_nomination_open_email",
        "nomination",
        ["establishment_finess", "email_key"],
        unique=True,
        sqlite_where=sa.text("status = 'proposed'"),
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("profession_code", sa.String(length=4), nullable=True),
        sa.Column("profession_label", sa.String(length=120), nullable=True),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("function", sa.String(length=120), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("tracking_generation", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("decided_as", sa.String(length=10), nullable=True),
        sa.Column("deciding_mandate_id", sa.Uuid(), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decided_as IS NULL OR (decided_as = 'agent') = (deciding_mandate_id IS NULL)",
            name=op.f("ck_request_decided_by_mandate"),
        ),
        sa.CheckConstraint(
            "decided_as IS NULL OR kind <> 'presidency' OR decided_as = 'agent'",
            name=op.f("ck_request_presidency_decided_by_agent"),
        ),
        sa.CheckConstraint("kind IN ('affiliation', 'presidency')", name=op.f("ck_request_kind_known")),
        sa.CheckConstraint(
            "status <> 'refused' OR length(trim(refusal_reason)) > 0", name=op.f("ck_request_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "status <> 'refused' OR refusal_reason IS NOT NULL", name=op.f("ck_request_refusal_reason_given")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'info_needed', 'accepted', 'refused', 'cancelled', 'expired')",
            name=op.f("ck_request_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('accepted', 'refused') OR (decided_at IS NOT NULL AND decided_by_account_id IS NOT NULL AND decided_as IN ('president', 'referent', 'agent') AND decided_as IS NOT NULL)",
            name=op.f("ck_request_decision_is_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_account_id"], ["account.id"], name="fk_request_decided_by_account_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["deciding_mandate_id", "establishment_finess", "decided_as"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_request_deciding_mandate",
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"], ["establishment.finess"], name="fk_request_establishment_finess_establishment"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_request_person_id_person"),
        sa.ForeignKeyConstraint(
            ["submitted_by_account_id"], ["account.id"], name="fk_request_submitted_by_account_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "establishment_finess"], ["unit.id", "unit.establishment_finess"], name="fk_request_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_request_id_establishment"),
        sa.UniqueConstraint("number", name="uq_request_number"),
    )
    op.create_index("ix_request_email_key", "request", ["email_key"], unique=False)
    op.create_index(
        "ix_request_establishment_status", "request", ["establishment_finess", "status", "submitted_at"], unique=False
    )
    op.create_index("ix_request_person", "request", ["person_id"], unique=False)
    op.create_index("ix_request_status", "request", ["kind", "status", "submitted_at"], unique=False)
    op.create_index(
        "uq_request_pending",
        "request",
        ["kind", "establishment_finess", "email_key"],
        unique=True,
        sqlite_where=sa.text("status IN ('submitted', 'info_needed')"),
        postgresql_where=sa.text("status IN ('submitted', 'info_needed')"),
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_affiliation_end_has_reason")),
        sa.CheckConstraint("(request_id IS NULL) <> (nomination_id IS NULL)", name=op.f("ck_affiliation_one_source")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_affiliation_end_after_start")),
        sa.ForeignKeyConstraint(
            ["nomination_id", "establishment_finess"],
            ["nomination.id", "nomination.establishment_finess"],
            name="fk_affiliation_nomination",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_affiliation_person_id_person"),
        sa.ForeignKeyConstraint(
            ["request_id", "establishment_finess"],
            ["request.id", "request.establishment_finess"],
            name="fk_affiliation_request",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "establishment_finess"], ["unit.id", "unit.establishment_finess"], name="fk_affiliation_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_affiliation"),
    )
    op.create_index("ix_affiliation_establishment", "affiliation", ["establishment_finess"], unique=False)
    op.create_index(
        "ix_affiliation_unit_open",
        "affiliation",
        ["unit_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_affiliation_open",
        "affiliation",
        ["person_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("uq_affiliation_nomination", "affiliation", ["nomination_id"], unique=True)
    op.create_index("uq_affiliation_request", "affiliation", ["request_id"], unique=True)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_one_time_link_account_id_account"),
        sa.ForeignKeyConstraint(["nomination_id"], ["nomination.id"], name="fk_one_time_link_nomination_id_nomination"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
    )
    op.create_index("ix_one_time_link_account_id", "one_time_link", ["account_id"], unique=False)
    op.create_index("ix_one_time_link_nomination_id", "one_time_link", ["nomination_id"], unique=False)
    op.create_table(
        "request_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("author_name", sa.String(length=250), nullable=False),
        sa.Column("author_account_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_account_id"], ["account.id"], name="fk_request_event_author_account_id_account"
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_request_event_request_id_request"),
        sa.PrimaryKeyConstraint("id", name="pk_request_event"),
    )
    op.create_index("ix_request_event_request_id", "request_event", ["request_id"], unique=False)
    if late:
        for name, table, here, there in CYCLE:
            op.create_foreign_key(name, "mandate", table, here, [column.split(".")[1] for column in there])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, _table, _here, _there in CYCLE:
            op.drop_constraint(name, "mandate", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)
