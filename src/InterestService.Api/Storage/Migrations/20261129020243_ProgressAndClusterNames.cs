using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ProgressAndClusterNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "names",
                table: "publication",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "epoch",
                table: "comparisons",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "recall_at10",
                table: "comparisons",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "epoch",
                table: "clusterings",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "recall_at10",
                table: "clusterings",
                type: "double precision",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "cluster_names",
                columns: table => new
                {
                    cluster_id = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "text", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cluster_names", x => x.cluster_id);
                });

            migrationBuilder.CreateTable(
                name: "progress_events",
                columns: table => new
                {
                    clustering_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: true),
                    progress = table.Column<double>(type: "double precision", nullable: false),
                    loss = table.Column<double>(type: "double precision", nullable: true),
                    recall_at10 = table.Column<double>(type: "double precision", nullable: true),
                    epoch = table.Column<int>(type: "integer", nullable: true),
                    elapsed = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_progress_events", x => new { x.clustering_id, x.number });
                    table.ForeignKey(
                        name: "fk_progress_events_clusterings_clustering_id",
                        column: x => x.clustering_id,
                        principalTable: "clusterings",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql("""
                UPDATE clusterings SET loss = NULL WHERE state = 'succeeded';
                INSERT INTO progress_events (clustering_id, number, state, stage, progress, loss, elapsed)
                SELECT id, 1, state, stage, progress, loss, extract(epoch FROM coalesce(finished_at, now()) - started_at) FROM clusterings;
                CREATE FUNCTION add_progress_event() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE next bigint;
                BEGIN
                    SELECT coalesce(max(number), 0) + 1 INTO next FROM progress_events WHERE clustering_id = NEW.id;
                    INSERT INTO progress_events (clustering_id, number, state, stage, progress, loss, recall_at10, epoch, elapsed)
                    VALUES (NEW.id, next, NEW.state, NEW.stage, NEW.progress, NEW.loss, NEW.recall_at10, NEW.epoch,
                        extract(epoch FROM clock_timestamp() - NEW.started_at));
                    DELETE FROM progress_events WHERE clustering_id = NEW.id AND number <= next - 1000;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER progress_of_new AFTER INSERT ON clusterings FOR EACH ROW EXECUTE FUNCTION add_progress_event();
                CREATE TRIGGER progress_of_changed AFTER UPDATE ON clusterings FOR EACH ROW
                    WHEN ((OLD.state, OLD.stage, OLD.progress, OLD.loss, OLD.recall_at10, OLD.epoch)
                        IS DISTINCT FROM (NEW.state, NEW.stage, NEW.progress, NEW.loss, NEW.recall_at10, NEW.epoch))
                    EXECUTE FUNCTION add_progress_event();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TRIGGER progress_of_new ON clusterings;
                DROP TRIGGER progress_of_changed ON clusterings;
                DROP FUNCTION add_progress_event();
                """);

            migrationBuilder.DropTable(
                name: "cluster_names");

            migrationBuilder.DropTable(
                name: "progress_events");

            migrationBuilder.DropColumn(
                name: "names",
                table: "publication");

            migrationBuilder.DropColumn(
                name: "epoch",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "recall_at10",
                table: "comparisons");

            migrationBuilder.DropColumn(
                name: "epoch",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "recall_at10",
                table: "clusterings");
        }
    }
}
