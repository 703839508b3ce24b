"""Django's introspection: inspectdb, all that the backend can be asked, the check for migrations, and a model."""
import os
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}},
    INSTALLED_APPS=["django.contrib.postgres"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.migrations.recorder import MigrationRecorder  # noqa: E402


class Order(models.Model):
    item = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    placed = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = "shop", False, "orders"


call_command("inspectdb", "orders", stdout=sys.stdout)
print(connection.pg_version, connection.timezone_name)
ask = connection.introspection
with connection.cursor() as cur:
    for table in sorted(ask.get_table_list(cur)):
        print(table)
        # A description is the head of SELECT * FROM the table, which the scope decides about.
        described = (ask.get_table_description,) if table.name == "orders" else ()
        for what in described + (ask.get_sequences, ask.get_relations, ask.get_constraints):
            found = what(cur, table.name)
            print(" ", what.__name__, sorted(found.items()) if isinstance(found, dict) else found)
        print("  get_primary_key_column", ask.get_primary_key_column(cur, table.name))
print(sorted(ask.table_names(include_views=True)), ask.django_table_names(), ask.sequence_list())
print(MigrationRecorder(connection).has_table(), MigrationRecorder(connection).applied_migrations())
call_command("check", database=["default"])

# Reading through a model.
print(Order.objects.count(), Order.objects.get(pk=7).item, Order.objects.filter(item__icontains="ITEM 1").exists())
print(list(Order.objects.filter(placed__year=2026, price__gt=100).order_by("id").values_list("id", "price")[:3]))
print(Order.objects.aggregate(models.Avg("price"), models.Max("placed"), models.StdDev("price")))
print(sum(o.id for o in Order.objects.iterator(chunk_size=50)), Order.objects.in_bulk([1, 2])[2].item)
print(list(Order.objects.dates("placed", "month")), Order.objects.filter(item__regex="^item 1.$").count())
print(Order.objects.filter(pk=1).explain().split("(")[0])
with transaction.atomic(), transaction.atomic():  # a savepoint inside
    print(Order.objects.first().item)
