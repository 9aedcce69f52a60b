using System.CommandLine;
using InterestService.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InterestService.Benchmarks.Serving;

/// <summary>The upper limit of lookups: an endpoint with the same path that returns a fixed response.</summary>
internal static class BareKestrel
{
    public const string Name = "bare-kestrel";

    public static Command Create()
    {
        var port = Commands.CreateOption("--port", "Port to listen on.", 5090);
        var body = Commands.CreateOption("--body", "File with the response.", "");
        var command = new Command(Name, "Serve a fixed response to every lookup, as the upper limit for the command lookup.") { port, body };
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
