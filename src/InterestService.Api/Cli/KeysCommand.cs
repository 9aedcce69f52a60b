using System.CommandLine;
using System.Globalization;
using InterestService.Api.Access;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Storage;

namespace InterestService.Api.Cli;

/// <summary>Makes, lists, rotates and revokes keys in the database, whether the service runs or not: the first key is made in this way.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Make, list, rotate and revoke the keys of callers.") { CreateKey(), List(), Rotate(), Revoke() };

    private static Command CreateKey()
    {
        var name = Name();
        var scopes = new Option<string[]>("--scope") { Description = "What the caller may do; can be repeated.", Required = true };
        scopes.AcceptOnlyFromAmong(Scopes.All);
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When the key stops being valid, such as 2027-01-01T00:00:00Z. Default: never." };
        return new Command("create", "Make a key and print it: it is stored nowhere.") { name, scopes, expires }.Runs((parsed, settings, cancellation) => RunAsync(
            settings,
            async (registry, time) =>
            {
                var request = new CreateKeyRequest { Name = parsed.GetValue(name), Scopes = parsed.GetValue(scopes), ExpiresAt = parsed.GetValue(expires) };
                if (request.Validate(time.GetUtcNow()).Values.FirstOrDefault() is { } errors) throw new StartupException(errors[0]);
                await Console.Out.WriteLineAsync(
                    await registry.CreateAsync(request.Name!, parsed.GetValue(scopes)!, request.ExpiresAt?.UtcDateTime, AuditTrail.CommandLine, cancellation)
                    ?? throw new StartupException($"There is a key with the name '{request.Name}' already."));
            },
            cancellation));
    }

    private static Command List() => new Command("list", "List the keys of the configuration and of the database, without the keys themselves.").Runs((_, settings, cancellation) => RunAsync(
        settings,
        async (registry, _) =>
        {
            foreach (var key in await registry.ListAsync(cancellation))
            {
                string expiry = key.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"expires {end:u}") : "does not expire";
                string use = key.LastUsedAt is { } used ? string.Create(CultureInfo.InvariantCulture, $"last used {used:u}") : "";
                await Console.Out.WriteLineAsync($"{key.Name}\t{string.Join(' ', key.Scopes)}\t{(key.Source == KeySource.Managed ? $"{expiry}\t{use}" : "configuration")}");
            }
        },
        cancellation));

    private static Command Rotate()
    {
        var name = Name();
        var grace = new Option<int>("--grace") { Description = "Seconds for which the old key stays valid. Default: it ends at once." };
        grace.Validators.Add(result =>
        {
            if (!(int.TryParse(result.Tokens.Single().Value, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 0 and <= RotateKeyRequest.MaxGraceSeconds))
                result.AddError($"--grace: expected 0 to {RotateKeyRequest.MaxGraceSeconds}, found '{result.Tokens.Single().Value}'.");
        });
        return new Command("rotate", "Replace a key by a new one and print it.") { name, grace }.Runs((parsed, settings, cancellation) => RunAsync(
            settings,
            async (registry, _) => await Console.Out.WriteLineAsync(
                await registry.RotateAsync(parsed.GetValue(name)!, TimeSpan.FromSeconds(parsed.GetValue(grace)), AuditTrail.CommandLine, cancellation) ?? throw NotManaged(parsed.GetValue(name)!)),
            cancellation));
    }

    private static Command Revoke()
    {
        var name = Name();
        return new Command("revoke", "Revoke a key; running services know it within five seconds.") { name }.Runs((parsed, settings, cancellation) => RunAsync(
            settings,
            async (registry, _) =>
            {
                if (!await registry.RevokeAsync(parsed.GetValue(name)!, AuditTrail.CommandLine, cancellation)) throw NotManaged(parsed.GetValue(name)!);
            },
            cancellation));
    }

    private static Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = "Name of the caller." };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Single().Value.StartsWith("--", StringComparison.Ordinal)) result.AddError("Expected the name of the caller before the settings.");
        });
        return name;
    }

    private static async Task<int> RunAsync(string[] settings, Func<KeyRegistry, TimeProvider, Task> run, CancellationToken cancellation)
    {
        await using var app = Program.Build([.. settings, .. SettingsCommand.Quiet]);
        var database = await app.OpenDatabaseAsync(cancellation);
        await database.PrepareAsync(cancellation);
        await run(app.Services.GetRequiredService<KeyRegistry>(), app.Services.GetRequiredService<TimeProvider>());
        return 0;
    }

    private static StartupException NotManaged(string name) => new($"There is no managed key with the name '{name}'.");
}
