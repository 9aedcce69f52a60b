using Spectre.Console;

namespace InterestService.Api.Tests.Demo;

/// <summary>A console that is not a terminal, as with a pipe, and records its output.</summary>
internal sealed class PlainConsole : IDisposable
{
    private readonly StringWriter _writer = new() { NewLine = "\n" };

    public PlainConsole()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_writer), Ansi = AnsiSupport.No });
        Console.Profile.Width = 120;
    }

    public IAnsiConsole Console { get; }

    public string Text => _writer.ToString();

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _writer.Dispose();
}
