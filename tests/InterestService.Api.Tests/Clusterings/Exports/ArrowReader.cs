using System.Diagnostics;
using InterestService.Api.Tests.Support;

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
        return (await RunAsync("node", ["read.js"], stream)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(_folder, "node_modules"))) await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], []);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, byte[] input)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        string text = await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed in {_folder}");
        return text;
    }
}
