using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using InterestService.Endurance.Releases;
using InterestService.Harness;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

/// <summary>Databases as releases have written them, in <c>tests/Data/releases</c>.</summary>
internal static class ReleaseDatabase
{
    private static string Folder => Repository.File("tests/Data/releases");

    /// <summary>The releases, the oldest first.</summary>
    public static IReadOnlyList<Version> All { get; } = [.. Directory.GetDirectories(Folder).Select(folder => Version.Parse(Path.GetFileName(folder))).Order()];

    /// <summary>Restores the database of a release into a new one, as it was.</summary>
    /// <returns>The connection string.</returns>
    public static async Task<string> RestoreAsync(PostgresFixture postgres, Version release)
    {
        string database = await postgres.CreateEmptyDatabaseAsync();
        await DatabaseBackup.RestoreAsync(database, Path.Combine(Folder, $"{release}", ReleaseCommand.Database), TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>Updates the tables to this version, as the command <c>migrate</c> does.</summary>
    public static async Task MigrateAsync(string database)
    {
        await using var app = Program.Build(["--environment=Development", $"--ConnectionStrings:Postgres={database}", "--Serilog:MinimumLevel:Default=Error"]);
        var server = app.Services.GetRequiredService<Database>();
        await server.OpenAsync(TestContext.Current.CancellationToken);
        await server.MigrateAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what a release answered.</summary>
    public static RecordedAnswers Answers(Version release) => RecordedAnswers.Read(Path.Combine(Folder, $"{release}", ReleaseCommand.Answers));

    /// <summary>Reads the columns of all tables of the service, by table and name.</summary>
    public static async Task<Dictionary<(string Table, string Name), Column>> ColumnsAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var query = source.CreateCommand("""
            SELECT table_name, column_name, udt_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS'
            FROM information_schema.columns WHERE table_schema = 'public'
            """);
        await using var reader = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var columns = new Dictionary<(string, string), Column>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) columns.Add((reader.GetString(0), reader.GetString(1)), new Column(reader.GetString(2), reader.GetBoolean(3)));
        return columns;
    }
}

/// <param name="Type">Type as PostgreSQL names it.</param>
/// <param name="MayBeLeftOut">Whether a row can be added without a value.</param>
internal sealed record Column(string Type, bool MayBeLeftOut);
