using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class UserMaps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "map",
                table: "clusterings",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "map_x",
                table: "assignments",
                type: "real",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "map_y",
                table: "assignments",
                type: "real",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_assignments_clustering_id",
                table: "assignments",
                column: "clustering_id",
                filter: "map_x IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_assignments_clustering_id",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "map",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "map_x",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "map_y",
                table: "assignments");
        }
    }
}
