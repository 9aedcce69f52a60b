using InterestService.Api.Cli;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// A command of the program with what it wrote. The console belongs to the process, and other tests write to it, so the tests that use this
/// run alone: <see cref="Collection"/>.
/// </summary>
/// <param name="ExitCode">Exit code.</param>
/// <param name="Output">What it wrote to standard output and standard error.</param>
internal sealed record CapturedCommand(int ExitCode, string Output)
{
    /// <summary>The collection of the tests that run alone.</summary>
    public const string Collection = "Console";

    public static async Task<CapturedCommand> RunAsync(params string[] words)
    {
        using var written = new StringWriter();
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(written);
        Console.SetError(written);
        try
        {
            return new CapturedCommand(await CommandLine.RunAsync(words), written.ToString().TrimEnd());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}

[CollectionDefinition(CapturedCommand.Collection, DisableParallelization = true)]
public sealed class CapturedCommandTests;
