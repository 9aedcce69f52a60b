using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ShardSteps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "clustering_shards");

            migrationBuilder.CreateTable(
                name: "clustering_shards",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    first_user = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    next_user = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    finished_step = table.Column<int>(type: "integer", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    result = table.Column<byte[]>(type: "bytea", nullable: true)
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

            migrationBuilder.CreateTable(
                name: "shard_users",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    shard_number = table.Column<int>(type: "integer", nullable: false),
                    chunk = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shard_users", x => new { x.clustering_id, x.shard_number, x.chunk });
                    table.ForeignKey(
                        name: "fk_shard_users_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sharded_clusterings",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sample_buckets = table.Column<int>(type: "integer", nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    centroids = table.Column<byte[]>(type: "bytea", nullable: false),
                    sums = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sharded_clusterings", x => x.clustering_id);
                    table.ForeignKey(
                        name: "fk_sharded_clusterings_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            // Vectors do not compress.
            migrationBuilder.Sql("ALTER TABLE shard_users ALTER COLUMN content SET STORAGE EXTERNAL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "shard_users");

            migrationBuilder.DropTable(
                name: "sharded_clusterings");

            migrationBuilder.DropTable(
                name: "clustering_shards");

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
    }
}
