using System.ComponentModel;
using System.Diagnostics;

namespace InterestService.Api.Tests.Support;

/// <summary>A program of this machine that a test runs to its end; the test is skipped where it is not installed.</summary>
/// <param name="ExitCode">Exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed to standard error.</param>
internal sealed record ExternalProgram(int ExitCode, string Output, string Errors)
{
    /// <summary>Names of Debian packages that differ from those of their programs.</summary>
    private static readonly Dictionary<string, string> _packages = new() { ["node"] = "nodejs", ["promtool"] = "prometheus", ["/usr/sbin/nginx"] = "nginx-light" };

    /// <param name="program">Name of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Working directory; null for that of the tests.</param>
    /// <param name="input">Standard input.</param>
    public static async Task<ExternalProgram> RunAsync(string program, IEnumerable<string> arguments, string? folder = null, byte[]? input = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.BaseStream.WriteAsync(input ?? [], cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return new ExternalProgram(process.ExitCode, await output, await errors);
    }

    /// <summary>Returns what the program printed; fails the test if the program failed.</summary>
    public string AssertSucceeded()
    {
        Assert.True(ExitCode == 0, Output + Errors);
        return Output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{start.FileName} is not installed; on Debian: apt-get install {_packages.GetValueOrDefault(start.FileName, start.FileName)}.");
            throw;
        }
    }
}
