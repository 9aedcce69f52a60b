using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class LeasesAndRetention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }
    }
}
