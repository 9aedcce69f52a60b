using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Clusterings.Exports;

/// <summary>Reads Arrow streams with the JavaScript library of Apache Arrow, which shares no code with that of .NET. It needs Node.js with npm.</summary>
internal static class ArrowReader
{
    private static readonly string _folder = Repository.File("tests/InterestService.Api.Tests/Clusterings/Exports/arrow-reader");
    private static readonly Lazy<Task> _installed = new(InstallAsync);

    /// <returns>Each row as JSON; times are milliseconds since 1970.</returns>
    public static async Task<string[]> ReadAsync(byte[] stream)
    {
        await _installed.Value;
        return (await ExternalProgram.RunAsync("node", ["read.js"], _folder, stream)).AssertSucceeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(_folder, "node_modules"))) return;
        (await ExternalProgram.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], _folder)).AssertSucceeded();
    }
}
