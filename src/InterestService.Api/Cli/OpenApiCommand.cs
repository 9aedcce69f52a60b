using System.CommandLine;
using InterestService.Api.Hosting.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace InterestService.Api.Cli;

/// <summary>Writes the OpenAPI document without starting the service.</summary>
internal static class OpenApiCommand
{
    public static Command Create()
    {
        var output = new Option<FileInfo>("--output") { Description = "The file to write.", DefaultValueFactory = _ => new FileInfo("openapi.json") };
        return new Command("openapi", "Write the OpenAPI document.") { output }
            .Runs((parsed, _, cancellation) => RunAsync(parsed.GetValue(output)!, cancellation));
    }

    private static async Task<int> RunAsync(FileInfo output, CancellationToken cancellation)
    {
        await using var app = Program.Build(["--environment=Development"]);
        var document = app.Services.GetRequiredService<ISwaggerProvider>().GetSwagger(OpenApiServices.Document);
        string json = await document.SerializeAsJsonAsync(OpenApiServices.Version, cancellation);
        await File.WriteAllTextAsync(output.FullName, json + "\n", cancellation);
        return 0;
    }
}
