using System.CommandLine;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Storage;
using InterestService.EmbeddedPostgres;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Cli;

/// <summary>
/// Commands that take settings: every token that they do not know is configuration, and an error that the caller can correct is reported in
/// one line without a stack trace.
/// </summary>
internal static class SettingsCommand
{
    /// <summary>Settings of commands whose output log messages would interrupt: only errors are logged.</summary>
    public static readonly string[] Quiet =
    [
        "--Serilog:MinimumLevel:Default=Error", "--Serilog:MinimumLevel:Override:Microsoft=Error",
        "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Error",
    ];

    /// <summary>Sets the action of a command that is built from settings.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">Receives the parsed options and the settings, and returns the exit code.</param>
    public static TCommand Runs<TCommand>(this TCommand command, Func<ParseResult, string[], CancellationToken, Task<int>> run)
        where TCommand : Command
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, settings => run(parsed, settings, cancellation)));
        return command;
    }

    private static async Task<int> GuardAsync(ParseResult parsed, Func<string[], Task<int>> run)
    {
        string[] settings = [.. parsed.UnmatchedTokens];
        var unknown = settings.Where((token, i) => token.StartsWith('-')
            ? !(token.Split('=')[0] is "--urls" or "--environment" || token.Contains(':', StringComparison.Ordinal))
            : i == 0 || !settings[i - 1].StartsWith('-')).ToList();
        if (settings is [.., var last] && last.StartsWith("--", StringComparison.Ordinal) && !last.Contains('=', StringComparison.Ordinal))
            return await FailAsync($"'{last}' lacks its value.");
        if (unknown.Count > 0) return await FailAsync($"'{unknown[0]}' is neither an option of this command nor a setting (--Section:Key=value). See --help.");
        try
        {
            return await run(settings);
        }
        catch (Exception exception) when (exception is StartupException or EmbeddedServerException or OptionsValidationException
            or UnauthorizedAccessException or FormatException
            || (exception is IOException && exception.InnerException is not AddressInUseException)
            || (exception is InvalidOperationException { InnerException: FormatException or ArgumentException })) // a setting of the wrong type
        {
            return await FailAsync(exception.Message);
        }
        catch (Exception exception) when (exception.IsDatabaseAway())
        {
            return await FailAsync($"The database of ConnectionStrings__{Database.ConnectionStringName} cannot be reached: {exception.GetBaseException().Message}");
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await FailAsync($"{exception.Message} Another one can be chosen with --urls.");
        }
        catch (OperationCanceledException)
        {
            return 130; // Ctrl+C while starting
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }
}
