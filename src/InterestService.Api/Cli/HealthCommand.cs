using System.CommandLine;

namespace InterestService.Api.Cli;

/// <summary>Asks a running service whether it answers.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Where the service listens.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var parsed)) return parsed;
                result.AddError($"'{result.Tokens.Single().Value}' is not an address such as http://127.0.0.1:8080.");
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
}
