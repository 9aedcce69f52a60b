using Spectre.Console;

namespace InterestService.Demo;

/// <summary>The console of the demo.</summary>
public static class DemoConsole
{
    /// <summary>Creates a console with colours and bars on a terminal, and plain text for a file or a pipe, also under a build server.</summary>
    /// <param name="output">Where it prints.</param>
    /// <param name="isTerminal">Whether people see it as it is printed.</param>
    public static IAnsiConsole Create(TextWriter output, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(output),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        // Those for build servers switch control codes on.
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = isTerminal },
    });
}
