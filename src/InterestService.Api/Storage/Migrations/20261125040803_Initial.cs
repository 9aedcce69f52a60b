using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence<int>(
                name: "cluster_ids");

            migrationBuilder.CreateSequence(
                name: "event_arrival");

            migrationBuilder.CreateTable(
                name: "assignments",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cluster_number = table.Column<int>(type: "integer", nullable: false),
                    noise = table.Column<bool>(type: "boolean", nullable: false),
                    strength = table.Column<float>(type: "real", nullable: true),
                    distance = table.Column<float>(type: "real", nullable: false),
                    memberships = table.Column<byte[]>(type: "bytea", nullable: false),
                    vector = table.Column<byte[]>(type: "bytea", nullable: false),
                    increment = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    assigned_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_assignments", x => new { x.user_id, x.clustering_id });
                });

            migrationBuilder.CreateTable(
                name: "clusterings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request = table.Column<string>(type: "jsonb", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    users = table.Column<int>(type: "integer", nullable: false),
                    items = table.Column<int>(type: "integer", nullable: false),
                    clusters = table.Column<int>(type: "integer", nullable: false),
                    cleaning = table.Column<string>(type: "jsonb", nullable: false),
                    sources = table.Column<string>(type: "jsonb", nullable: false),
                    metrics = table.Column<string>(type: "jsonb", nullable: true),
                    selection = table.Column<string>(type: "jsonb", nullable: true),
                    gates = table.Column<string>(type: "jsonb", nullable: false),
                    published_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    based_on = table.Column<Guid>(type: "uuid", nullable: true),
                    lineage = table.Column<string>(type: "jsonb", nullable: true),
                    loaded_batch = table.Column<long>(type: "bigint", nullable: false),
                    assigned_batch = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: true),
                    progress = table.Column<double>(type: "double precision", nullable: false),
                    loss = table.Column<double>(type: "double precision", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "jsonb", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    lease_number = table.Column<long>(type: "bigint", nullable: false),
                    lease_expires_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    idempotency_key = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clusterings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "comparisons",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request = table.Column<string>(type: "jsonb", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    users = table.Column<int>(type: "integer", nullable: false),
                    items = table.Column<int>(type: "integer", nullable: false),
                    rows = table.Column<string>(type: "jsonb", nullable: false),
                    winner = table.Column<string>(type: "jsonb", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: true),
                    progress = table.Column<double>(type: "double precision", nullable: false),
                    loss = table.Column<double>(type: "double precision", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "jsonb", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    lease_number = table.Column<long>(type: "bigint", nullable: false),
                    lease_expires_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    idempotency_key = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_comparisons", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "erasures",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    erased_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_erasures", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    occurred_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    event_key = table.Column<Guid>(type: "uuid", nullable: false),
                    arrival = table.Column<long>(type: "bigint", nullable: false),
                    item_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    event_type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<double>(type: "double precision", nullable: true),
                    query = table.Column<string>(type: "text", nullable: true),
                    source = table.Column<string>(type: "text", nullable: true),
                    event_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    recommendation_id = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => new { x.user_id, x.occurred_at, x.event_key });
                });

            migrationBuilder.CreateTable(
                name: "items",
                columns: table => new
                {
                    item_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    title = table.Column<string>(type: "text", nullable: true),
                    categories = table.Column<string[]>(type: "text[]", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_items", x => x.item_id);
                });

            migrationBuilder.CreateTable(
                name: "opt_outs",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    since = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_opt_outs", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "user_labels",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    label = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_labels", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "user_links",
                columns: table => new
                {
                    alias = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    user_id = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_links", x => x.alias);
                });

            migrationBuilder.CreateTable(
                name: "cluster_items",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cluster_number = table.Column<int>(type: "integer", nullable: false),
                    item_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    users = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cluster_items", x => new { x.clustering_id, x.cluster_number, x.item_id });
                    table.ForeignKey(
                        name: "fk_cluster_items_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "clusters",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    cluster_id = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "text", nullable: false),
                    users = table.Column<int>(type: "integer", nullable: false),
                    share = table.Column<double>(type: "double precision", nullable: false),
                    cohesion = table.Column<double>(type: "double precision", nullable: false),
                    persistence = table.Column<double>(type: "double precision", nullable: true),
                    centroid = table.Column<float[]>(type: "real[]", nullable: false),
                    profile = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clusters", x => new { x.clustering_id, x.number });
                    table.ForeignKey(
                        name: "fk_clusters_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "merge_trees",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    merges = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_merge_trees", x => x.clustering_id);
                    table.ForeignKey(
                        name: "fk_merge_trees_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "models",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    encoder = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_models", x => x.clustering_id);
                    table.ForeignKey(
                        name: "fk_models_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "population_shares",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    dimension = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    share = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_population_shares", x => new { x.clustering_id, x.dimension, x.name });
                    table.ForeignKey(
                        name: "fk_population_shares_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "publication",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    erasures = table.Column<long>(type: "bigint", nullable: false),
                    increments = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_publication", x => x.id);
                    table.CheckConstraint("only_one_row", "id = 1");
                    table.ForeignKey(
                        name: "fk_publication_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_clustering_id_increment",
                table: "assignments",
                columns: new[] { "clustering_id", "increment" });

            migrationBuilder.CreateIndex(
                name: "ix_clusterings_idempotency_key",
                table: "clusterings",
                column: "idempotency_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_comparisons_idempotency_key",
                table: "comparisons",
                column: "idempotency_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_events_arrival",
                table: "events",
                column: "arrival")
                .Annotation("Npgsql:IndexMethod", "brin")
                .Annotation("Npgsql:StorageParameter:autosummarize", true);

            migrationBuilder.CreateIndex(
                name: "ix_events_occurred_at",
                table: "events",
                column: "occurred_at",
                filter: "recommendation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_user_id_event_id",
                table: "events",
                columns: new[] { "user_id", "event_id" },
                unique: true,
                filter: "event_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_publication_clustering_id",
                table: "publication",
                column: "clustering_id");

            migrationBuilder.CreateIndex(
                name: "ix_user_links_user_id",
                table: "user_links",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "assignments");

            migrationBuilder.DropTable(
                name: "cluster_items");

            migrationBuilder.DropTable(
                name: "clusters");

            migrationBuilder.DropTable(
                name: "comparisons");

            migrationBuilder.DropTable(
                name: "erasures");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "items");

            migrationBuilder.DropTable(
                name: "merge_trees");

            migrationBuilder.DropTable(
                name: "models");

            migrationBuilder.DropTable(
                name: "opt_outs");

            migrationBuilder.DropTable(
                name: "population_shares");

            migrationBuilder.DropTable(
                name: "publication");

            migrationBuilder.DropTable(
                name: "user_labels");

            migrationBuilder.DropTable(
                name: "user_links");

            migrationBuilder.DropTable(
                name: "clusterings");

            migrationBuilder.DropSequence(
                name: "cluster_ids");

            migrationBuilder.DropSequence(
                name: "event_arrival");
        }
    }
}
