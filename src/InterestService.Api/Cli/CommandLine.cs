using System.CommandLine;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage;
using InterestService.Demo;
using InterestService.EmbeddedPostgres;
using InterestService.Pipeline;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Spectre.Console;
using Swashbuckle.AspNetCore.Swagger;
using Command = System.CommandLine.Command;

namespace InterestService.Api.Cli;

/// <summary>
/// The commands of the program. Whatever they do not know themselves is configuration: <c>--urls http://...</c>,
/// <c>--InterestService:Role=worker</c>.
/// </summary>
internal static class CommandLine
{
    /// <summary>
    /// How long a command may take to end after SIGTERM or Ctrl+C. Longer than the jobs get (<see cref="Jobs.HangfireJobs"/>): whoever left
    /// while a thread still trains would pull libtorch away from under it.
    /// </summary>
    private static readonly TimeSpan _shutdown = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("InterestService: behaviour events in, explained user-interest clusters out. Settings: --urls ADDRESS, --Section:Key=value, or environment variables such as InterestService__Role.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((parsed, cancellation) => GuardAsync(parsed, settings => ServeAsync(settings, cancellation)));
        root.Add(Simple("serve", "Serve HTTP and run clusterings (the default).", ServeAsync));
        root.Add(Simple("migrate", "Create or update the tables in the database of ConnectionStrings__Postgres.", MigrateAsync));
        root.Add(OpenApi());
        root.Add(Health());
        root.Add(Demo());
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = _shutdown });
    }

    private static Command Simple(string name, string description, Func<string[], CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, settings => action(settings, cancellation)));
        return command;
    }

    private static Command Health()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Where the service listens.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var parsed)) return parsed;
                result.AddError($"'{result.Tokens.Single().Value}' is no address such as http://127.0.0.1:8080.");
                return null;
            },
        };
        var command = new Command("health", "Exit with 0 when a running service answers, with 1 when it does not.") { url };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new HttpClient { BaseAddress = parsed.GetValue(url), Timeout = TimeSpan.FromSeconds(5) };
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative), cancellation);
                return answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return 1;
            }
        });
        return command;
    }

    private static Command OpenApi()
    {
        var output = new Option<FileInfo>("--output") { Description = "The file to write.", DefaultValueFactory = _ => new FileInfo("openapi.json") };
        var command = new Command("openapi", "Write the OpenAPI document.") { output };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async _ =>
        {
            await using var app = Program.Build(["--environment=Development"]);
            var document = app.Services.GetRequiredService<ISwaggerProvider>().GetSwagger(OpenApiServices.Document);
            string json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, cancellation);
            await File.WriteAllTextAsync(parsed.GetValue(output)!.FullName, json + "\n", cancellation);
            return 0;
        }));
        return command;
    }

    private static Command Demo()
    {
        var events = new Option<FileInfo[]>("--events") { Description = "Files to load (CSV, NDJSON or JSON, .gz or not); without one a generated scenario." };
        var scenario = new Option<string>("--scenario") { Description = "The generated domain, when there are no files.", DefaultValueFactory = _ => "ecommerce" };
        var encoder = new Option<string?>("--encoder") { Description = "How users become vectors." };
        encoder.AcceptOnlyFromAmong([.. Encoders.Names]);
        var algorithm = new Option<string?>("--algorithm") { Description = "How vectors become clusters." };
        algorithm.AcceptOnlyFromAmong([.. Algorithms.Names]);
        var clusters = new Option<string?>("--clusters") { Description = "How many, or auto; without it the configuration's default." };
        clusters.Validators.Add(result =>
        {
            string value = result.Tokens.Single().Value;
            if (value != "auto" && !(int.TryParse(value, out int number) && number > 0)) result.AddError($"--clusters: expected a number or auto, found '{value}'.");
        });
        var exit = new Option<bool>("--exit") { Description = "End when the tables are printed; without it the service goes on." };
        var command = new Command("demo", "Load events, cluster the users and show the result.") { events, scenario, encoder, algorithm, clusters, exit };
        command.TreatUnmatchedTokensAsErrors = false;
        scenario.AcceptOnlyFromAmong([.. DemoCommand.Scenarios]);
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async settings =>
        {
            var options = new DemoOptions(
                parsed.GetValue(events) ?? [], parsed.GetValue(scenario)!, parsed.GetValue(encoder), parsed.GetValue(algorithm), parsed.GetValue(clusters));
            string[] own = DemoSettings(settings);
            // The table is what this command is for; the log would run across it.
            await using var app = Program.Build([
                .. own, "--Serilog:MinimumLevel:Default=Error",
                "--Serilog:MinimumLevel:Override:Microsoft=Error", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Error"]);
            var database = await OpenAsync(app, cancellation);
            await database.ClearAsync(cancellation);
            await StartAsync(app, cancellation);
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
            int result = await DemoCommand.RunAsync(client, options, AnsiConsole.Console, cancellation);
            if (result != 0 || parsed.GetValue(exit)) await app.StopAsync(CancellationToken.None);
            else await app.WaitForShutdownAsync(cancellation);
            return result;
        }));
        return command;
    }

    private static async Task<int> ServeAsync(string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build(settings);
        await OpenAsync(app, cancellation);
        await StartAsync(app, cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode; // not 0 when the database died
    }

    /// <summary>The demo's embedded PostgreSQL lies in a folder of its own: it begins empty each time, and a service's data stay what they are.</summary>
    private static string[] DemoSettings(string[] settings)
    {
        using var app = Program.Build(settings);
        string folder = app.Services.GetRequiredService<IOptions<InterestServiceOptions>>().Value.DataDirectory;
        return [.. settings, $"--{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.DataDirectory)}={Path.Combine(folder, "demo")}"];
    }

    private static async Task<Database> OpenAsync(WebApplication app, CancellationToken cancellation)
    {
        // Wrong settings are told before a server is started for them.
        _ = app.Services.GetRequiredService<IOptions<InterestServiceOptions>>().Value;
        var database = app.Services.GetRequiredService<Database>();
        await database.OpenAsync(cancellation);
        return database;
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellation)
    {
        await app.Services.GetRequiredService<Database>().PrepareAsync(cancellation);
        await app.StartAsync(cancellation);
    }

    private static async Task<int> MigrateAsync(string[] settings, CancellationToken cancellation)
    {
        await using var app = Program.Build([.. settings, "--InterestService:Role=Worker"]);
        var database = await OpenAsync(app, cancellation);
        await database.MigrateAsync(cancellation);
        await Console.Out.WriteLineAsync("The database has this version's tables.");
        return 0;
    }

    /// <summary>Runs a command with the tokens that are configuration, and tells people what they can mend without a stack trace.</summary>
    private static async Task<int> GuardAsync(ParseResult parsed, Func<string[], Task<int>> run)
    {
        string[] settings = [.. parsed.UnmatchedTokens];
        var unknown = settings.Where((token, i) => token.StartsWith('-')
            ? !(token.Split('=')[0] is "--urls" or "--environment" || token.Contains(':', StringComparison.Ordinal))
            : i == 0 || !settings[i - 1].StartsWith('-')).ToList();
        if (settings is [.., var last] && last.StartsWith("--", StringComparison.Ordinal) && !last.Contains('=', StringComparison.Ordinal))
            return await FailAsync($"'{last}' lacks its value.");
        if (unknown.Count > 0) return await FailAsync($"'{unknown[0]}' is neither an option of this command nor a setting (--Section:Key=value). See --help.");
        try
        {
            return await run(settings);
        }
        catch (Exception exception) when (exception is StartupException or EmbeddedServerException or OptionsValidationException
            or UnauthorizedAccessException or FormatException
            || (exception is IOException && exception.InnerException is not Microsoft.AspNetCore.Connections.AddressInUseException)
            || (exception is InvalidOperationException { InnerException: FormatException or ArgumentException })) // a setting of the wrong type
        {
            return await FailAsync(exception.Message);
        }
        catch (Exception exception) when (exception.IsDatabaseAway())
        {
            return await FailAsync($"The database of ConnectionStrings__{Database.ConnectionStringName} cannot be reached: {exception.GetBaseException().Message}");
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await FailAsync($"{exception.Message} Another one can be chosen with --urls.");
        }
        catch (OperationCanceledException)
        {
            return 130; // Ctrl+C while starting
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }
}
