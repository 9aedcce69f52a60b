using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace InterestService.Api.Tests.Support;

/// <summary>The service as a process of its own: what it logs and measures is its own alone.</summary>
internal sealed partial class LoggedProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoggedProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Receive(line.Data);
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The lines of its log so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Starts the service and waits until it listens.</summary>
    /// <param name="environment">Environment variables.</param>
    /// <param name="settings">Further settings, as on the command line.</param>
    public static Task<(LoggedProcess Service, Uri Address)> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] settings) =>
        StartAsync("InterestService.Api.dll", environment, ["--environment=Production", "--urls=http://127.0.0.1:0", .. settings]);

    /// <summary>Starts a program that lies beside the tests and says where it listens.</summary>
    public static async Task<(LoggedProcess Service, Uri Address)> StartAsync(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardInput = true, // ends with the process of the tests
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var service = new LoggedProcess(Process.Start(start)!);
        return (service, await service._address.Task.WaitAsync(_patience, TestContext.Current.CancellationToken));
    }

    /// <summary>Ends the process at once, with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await ExternalProgram.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException($"The service has ended: {string.Join('\n', _lines.Concat(_errors))}"));
            return;
        }

        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } found) _address.TrySetResult(new Uri(found.Groups[1].Value));
    }

    [GeneratedRegex("Now listening on: [^h]*(http://[0-9.:]+)")]
    private static partial Regex Listening();
}
