using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Publishing.Saved;
using InterestService.Api.Storage;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Cli;

/// <summary>The steps between building the host and serving, in their order.</summary>
internal static class DatabaseStart
{
    /// <summary>Validates the settings and opens the database.</summary>
    public static async Task<Database> OpenDatabaseAsync(this WebApplication app, CancellationToken cancellation)
    {
        // Reading the options validates them before an embedded server is started for them.
        _ = app.Services.GetRequiredService<IOptions<InterestServiceOptions>>().Value;
        RefuseBadAddresses(app.Configuration[WebHostDefaults.ServerUrlsKey]);
        var database = app.Services.GetRequiredService<Database>();
        await database.OpenAsync(cancellation);
        return database;
    }

    /// <summary>Kestrel reads the addresses last, when everything else runs already.</summary>
    private static void RefuseBadAddresses(string? addresses)
    {
        foreach (string address in (addresses ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            bool valid;
            try
            {
                valid = BindingAddress.Parse(address) is { Port: >= 0 and <= ushort.MaxValue, Scheme: "http" or "https" } parsed
                    && (parsed.IsUnixPipe || parsed.Host.StartsWith('[') || !parsed.Host.Contains(':')); // a port that is no number
            }
            catch (FormatException)
            {
                valid = false;
            }

            if (!valid) throw new StartupException($"--urls (ASPNETCORE_URLS) is not an address such as http://127.0.0.1:5080: '{address}'.");
        }
    }

    /// <summary>Prepares the database and starts the host, which answers lookups even if the database is away, when an earlier one has saved them.</summary>
    public static async Task PrepareAndStartAsync(this WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.Services.GetRequiredService<Database>().PrepareAsync(cancellation);
            await app.Services.GetRequiredService<KeyRequirement>().CheckAsync(cancellation);
        }
        catch (Exception exception) when (exception.IsDatabaseAway() && app.Services.TryRestoreLookups())
        {
            // Logged by the snapshot; the health check tells it.
        }

        await app.StartAsync(cancellation);
    }
}
