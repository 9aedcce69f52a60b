using System.CommandLine;
using InterestService.Benchmarks.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InterestService.Benchmarks.Serving;

/// <summary>The limit of lookups: an endpoint with the same path that does nothing but answer with ready bytes.</summary>
internal static class BareKestrel
{
    public const string Name = "bare-kestrel";

    public static Command Create()
    {
        var port = Options.Of("--port", "Where to listen.", 5090);
        var body = Options.Of("--body", "A file with the answer.", "");
        var command = new Command(Name, "Serves one answer to every lookup, for the lookup benchmark.") { port, body };
        command.SetAction(async (parsed, cancellation) =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            byte[] answer = await File.ReadAllBytesAsync(parsed.GetValue(body)!, cancellation);
            app.MapGet("/users/{id}/cluster", (string id) => Results.Bytes(answer, "application/json"));
            await app.RunAsync($"http://127.0.0.1:{parsed.GetValue(port)}");
            return 0;
        });
        return command;
    }
}
