using System.Diagnostics;

namespace InterestService.EmbeddedPostgres;

/// <summary>Runs one external command to its end.</summary>
internal static class Command
{
    /// <summary>
    /// Runs <paramref name="file"/> in <c>/</c>, with no input and with pipes of its own for output.
    /// </summary>
    /// <exception cref="EmbeddedServerException">It took longer than <paramref name="timeout"/>; its process tree is killed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; its process tree is killed.</exception>
    public static async Task<CommandResult> RunAsync(
        string file, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The host's own folder may be closed to the user whom PostgreSQL runs as.
            WorkingDirectory = "/",
        };
        // PGDATA, PGPORT and their like belong to some other server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        // The server's log is searched for messages, so they must not be translated.
        start.Environment["LC_ALL"] = "C";

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var process = Process.Start(start)!;
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
}

/// <param name="Output">Standard output followed by standard error, trimmed.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
