using System.CommandLine;

namespace InterestService.Api.Cli;

/// <summary>Creates or updates the tables.</summary>
internal static class MigrateCommand
{
    public static Command Create() =>
        new Command("migrate", "Create or update the tables in the database of ConnectionStrings__Postgres.")
            .Runs((_, settings, cancellation) => RunAsync(settings, cancellation));

    private static async Task<int> RunAsync(string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build([.. settings, "--InterestService:Role=Worker"]);
        var database = await app.OpenDatabaseAsync(cancellation);
        await database.MigrateAsync(cancellation);
        await Console.Out.WriteLineAsync("The tables of the database are up to date.");
        return 0;
    }
}
