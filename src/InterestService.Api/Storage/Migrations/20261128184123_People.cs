using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class People : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
        }
    }
}
