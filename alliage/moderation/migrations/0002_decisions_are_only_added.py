"""The log of decisions is only added to: the database itself refuses a change.

Deleting is refused on PostgreSQL by the same trigger, on both databases by the reports that point to a decision.
(On SQLite a trigger on deletion would also forbid to empty the test database.)
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION moderation_refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'The log of decisions is only added to.' USING ERRCODE = 'integrity_constraint_violation'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER moderation_decision_only_added BEFORE UPDATE OR DELETE ON moderation_decision
FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
"""
POSTGRESQL_BACK = """
DROP TRIGGER moderation_decision_only_added ON moderation_decision;
DROP FUNCTION moderation_refuse_change();
"""
SQLITE = """
CREATE TRIGGER moderation_decision_only_added BEFORE UPDATE ON moderation_decision
BEGIN SELECT RAISE(ABORT, 'The log of decisions is only added to.'); END
"""
SQLITE_BACK = "DROP TRIGGER moderation_decision_only_added"


def add_trigger(_apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove_trigger(_apps, schema_editor):
    schema_editor.execute(POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(add_trigger, remove_trigger)]
