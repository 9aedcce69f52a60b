using System.ComponentModel;
using System.Diagnostics;

namespace InterestService.EmbeddedPostgres;

/// <summary>Runs an external command and waits for its end.</summary>
internal static class Command
{
    /// <summary>Runs <paramref name="file"/> in <c>/</c>, without input and with its output redirected.</summary>
    /// <param name="file">Path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">Maximum time.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <param name="environment">Environment variables beside those of the host; null for none.</param>
    /// <exception cref="EmbeddedServerException">
    /// There is no such program, or it took longer than <paramref name="timeout"/>; its process tree was killed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; the process tree was killed.</exception>
    public static async Task<CommandResult> RunAsync(
        string file, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The user that PostgreSQL runs as may not be allowed to enter the host's working directory.
            WorkingDirectory = "/",
        };
        // PGDATA, PGPORT and similar variables refer to another server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        // StartAsync searches the server's log for messages, which must not be translated.
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var process = Start(start);
        try
        {
            process.StandardInput.Close();
            var texts = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, string.Concat(texts).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new EmbeddedServerException($"{Path.GetFileName(file)} did not finish within {timeout.TotalSeconds:0} s.");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            // As in an image that has no shell.
            throw new EmbeddedServerException($"{exception.Message}. PostgreSQL cannot run here without it: set ConnectionStrings__Postgres.");
        }
    }
}

/// <param name="ExitCode">Exit code of the process.</param>
/// <param name="Output">Standard output followed by standard error, trimmed.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
