using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace InterestService.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class EncoderChoice : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "encoder",
                table: "clusterings",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "encoder_reason",
                table: "clusterings",
                type: "text",
                nullable: true);

            // Earlier requests always named the encoder.
            migrationBuilder.Sql("UPDATE clusterings SET encoder = request ->> 'encoder', encoder_reason = 'The request names it.'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "encoder",
                table: "clusterings");

            migrationBuilder.DropColumn(
                name: "encoder_reason",
                table: "clusterings");
        }
    }
}
