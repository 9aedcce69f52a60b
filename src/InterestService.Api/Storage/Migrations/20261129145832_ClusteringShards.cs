using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ClusteringShards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "trained_users",
                table: "clusterings",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "clustering_shards",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    sample_buckets = table.Column<int>(type: "integer", nullable: false),
                    first_user = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    next_user = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    finished_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    cluster_users = table.Column<int[]>(type: "integer[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clustering_shards", x => x.id);
                    table.ForeignKey(
                        name: "fk_clustering_shards_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_clustering_shards_clustering_id_number",
                table: "clustering_shards",
                columns: new[] { "clustering_id", "number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "clustering_shards");

            migrationBuilder.DropColumn(
                name: "trained_users",
                table: "clusterings");
        }
    }
}
