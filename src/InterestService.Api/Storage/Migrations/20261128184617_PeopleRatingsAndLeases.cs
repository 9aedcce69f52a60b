using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class PeopleRatingsAndLeases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "rating_scales",
                table: "clusterings",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.DropIndex(
                name: "ix_comparisons_idempotency_key",
                table: "comparisons");

            migrationBuilder.DropIndex(
                name: "ix_clusterings_idempotency_key",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "idempotency_key",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "idempotency_key",
                table: "clusterings");

            migrationBuilder.AddColumn<DateTime>(
                name: "categories_at",
                table: "items",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "'-infinity'");

            migrationBuilder.AddColumn<DateTime>(
                name: "title_at",
                table: "items",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "'-infinity'");

            // Where stored titles and categories come from is not known; those of the catalogue must not be lost.
            migrationBuilder.Sql("""
                UPDATE items SET
                    title_at = CASE WHEN title IS NULL THEN '-infinity' ELSE 'infinity' END::timestamptz,
                    categories_at = CASE WHEN categories = '{}' THEN '-infinity' ELSE 'infinity' END::timestamptz
                """);

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    request = table.Column<byte[]>(type: "bytea", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_keys", x => x.key);
                });

            migrationBuilder.RenameColumn(
                name: "erasures",
                table: "publication",
                newName: "people");

            migrationBuilder.AlterColumn<long>(
                name: "people",
                table: "publication",
                type: "bigint",
                nullable: false,
                defaultValue: 0L,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AddColumn<long>(
                name: "links",
                table: "publication",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            // Their removal is over, and nothing that runs remembers the users.
            migrationBuilder.Sql("DELETE FROM erasures");

            migrationBuilder.AddColumn<long>(
                name: "last_batch",
                table: "erasures",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<ulong>(
                name: "removed_by",
                table: "erasures",
                type: "xid8",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "loaded_view",
                table: "clusterings",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "user_joins",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    alias = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    sent_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_joins", x => new { x.user_id, x.alias });
                });

            migrationBuilder.CreateIndex(
                name: "ix_erasures_user_id",
                table: "erasures",
                column: "user_id",
                filter: "removed_by IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_user_joins_alias",
                table: "user_joins",
                column: "alias");

            migrationBuilder.Sql("INSERT INTO user_joins (user_id, alias, sent_at) SELECT user_id, alias, now() FROM user_links ORDER BY user_id, alias");

            migrationBuilder.AddColumn<long>(
                name: "arrival",
                table: "items",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string[]>(
                name: "categories",
                table: "events",
                type: "text[]",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_items_arrival",
                table: "items",
                column: "arrival");

            migrationBuilder.DropColumn(
                name: "lease_expires_at",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "lease_number",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "lease_number",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "lease_expires_at",
                table: "clusterings");

            migrationBuilder.AddColumn<DateTime>(
                name: "replaced_at",
                table: "clusterings",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateSequence(
                name: "lease_numbers");

            migrationBuilder.AddColumn<int>(
                name: "interruptions",
                table: "comparisons",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "deleted_at",
                table: "clusterings",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "interruptions",
                table: "clusterings",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "leases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_leases", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_leases_number",
                table: "leases",
                column: "number",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "leases");

            migrationBuilder.DropColumn(
                name: "interruptions",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "interruptions",
                table: "clusterings");

            migrationBuilder.DropSequence(
                name: "lease_numbers");

            migrationBuilder.DropColumn(
                name: "replaced_at",
                table: "clusterings");

            migrationBuilder.AddColumn<DateTime>(
                name: "lease_expires_at",
                table: "clusterings",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "lease_expires_at",
                table: "comparisons",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "lease_number",
                table: "comparisons",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "lease_number",
                table: "clusterings",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.DropIndex(
                name: "ix_items_arrival",
                table: "items");

            migrationBuilder.DropColumn(
                name: "arrival",
                table: "items");

            migrationBuilder.DropColumn(
                name: "categories",
                table: "events");

            migrationBuilder.DropTable(
                name: "user_joins");

            migrationBuilder.DropIndex(
                name: "ix_erasures_user_id",
                table: "erasures");

            migrationBuilder.DropColumn(
                name: "links",
                table: "publication");

            migrationBuilder.DropColumn(
                name: "last_batch",
                table: "erasures");

            migrationBuilder.DropColumn(
                name: "removed_by",
                table: "erasures");

            migrationBuilder.DropColumn(
                name: "loaded_view",
                table: "clusterings");

            migrationBuilder.RenameColumn(
                name: "people",
                table: "publication",
                newName: "erasures");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropColumn(
                name: "categories_at",
                table: "items");

            migrationBuilder.DropColumn(
                name: "title_at",
                table: "items");

            migrationBuilder.AddColumn<string>(
                name: "idempotency_key",
                table: "comparisons",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "idempotency_key",
                table: "clusterings",
                type: "text",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_comparisons_idempotency_key",
                table: "comparisons",
                column: "idempotency_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_clusterings_idempotency_key",
                table: "clusterings",
                column: "idempotency_key",
                unique: true);

            migrationBuilder.DropColumn(
                name: "rating_scales",
                table: "clusterings");
        }
    }
}
