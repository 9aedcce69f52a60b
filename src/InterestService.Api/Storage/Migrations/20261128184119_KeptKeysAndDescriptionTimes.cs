using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class KeptKeysAndDescriptionTimes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
        }
    }
}
