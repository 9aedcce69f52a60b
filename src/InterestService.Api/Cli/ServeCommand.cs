using System.CommandLine;

namespace InterestService.Api.Cli;

/// <summary>Runs the service until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create() => new Command("serve", "Serve HTTP and run clusterings (the default).")
        .Runs((_, settings, cancellation) => RunAsync(settings, cancellation));

    public static async Task<int> RunAsync(string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build(settings);
        await app.OpenDatabaseAsync(cancellation);
        await app.PrepareAndStartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode; // not 0 when the database died
    }
}
