using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ArrivingTexts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_items_arrival",
                table: "items");

            migrationBuilder.DropColumn(
                name: "arrival",
                table: "items");

            migrationBuilder.DropColumn(
                name: "categories",
                table: "events");
        }
    }
}
