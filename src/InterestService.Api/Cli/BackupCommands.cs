using System.CommandLine;
using InterestService.Api.Hosting;
using InterestService.EmbeddedPostgres;
using Npgsql;

namespace InterestService.Api.Cli;

/// <summary>Writes all data into a file, and a file into an empty database.</summary>
internal static class BackupCommands
{
    public static Command CreateBackup()
    {
        var output = new Option<FileInfo>("--output") { Description = "The file.", Required = true };
        return new Command("backup", "Write all data into a file, while the service runs (the embedded PostgreSQL: while it does not).") { output }
            .Runs((parsed, settings, cancellation) => BackupAsync(parsed.GetValue(output)!, settings, cancellation));
    }

    public static Command CreateRestore()
    {
        var input = new Option<FileInfo>("--input") { Description = "A file that backup has written, by this or an earlier version.", Required = true };
        input.AcceptExistingOnly();
        return new Command("restore", "Write a backup into an empty database, and update its tables to this version.") { input }
            .Runs((parsed, settings, cancellation) => RestoreAsync(parsed.GetValue(input)!, settings, cancellation));
    }

    private static async Task<int> BackupAsync(FileInfo file, string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build(settings);
        var database = await app.OpenDatabaseAsync(cancellation);
        await DatabaseBackup.WriteAsync(database.ConnectionString, file.FullName, cancellation);
        file.Refresh();
        await Console.Out.WriteLineAsync($"{file.FullName} holds all data, {file.Length:N0} bytes.");
        return 0;
    }

    private static async Task<int> RestoreAsync(FileInfo file, string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build(settings);
        var database = await app.OpenDatabaseAsync(cancellation);
        await using (var query = app.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))"))
        {
            if (await query.ExecuteScalarAsync(cancellation) is true)
                throw new StartupException("The database has tables. A backup is restored into an empty database: create one, or give the service another data folder.");
        }

        await DatabaseBackup.RestoreAsync(database.ConnectionString, file.FullName, cancellation);
        await database.MigrateAsync(cancellation);
        await Console.Out.WriteLineAsync("The data is restored, and its tables are up to date.");
        return 0;
    }
}
