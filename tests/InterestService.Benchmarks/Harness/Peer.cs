using System.Diagnostics;
using System.Text.Json;

namespace InterestService.Benchmarks.Harness;

/// <summary>
/// Another program that does the same work: a script in <c>peers/</c>. It reads its data once, does the work for every line of its input
/// and answers each with a <see cref="Measurement"/> as a line of JSON. The variable <c>PEER_PYTHON</c> names another Python, such as one whose PyTorch
/// has CUDA.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly string _script;

    private Peer(Process process, string script) => (_process, _script) = (process, script);

    /// <summary>Starts a script.</summary>
    /// <param name="script">File name in <c>peers/</c>: <c>.py</c> for Debian's Python, <c>.R</c> for R.</param>
    /// <param name="arguments">Arguments of the script.</param>
    public static Peer Start(string script, params object[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "peers", script);
        string program = Path.GetExtension(script) == ".R" ? "Rscript" : Environment.GetEnvironmentVariable("PEER_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(program, [path, .. arguments.Select(argument => FormattableString.Invariant($"{argument}"))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return new Peer(Process.Start(start)!, script);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} cannot be started ({exception.Message}). Run tests/InterestService.Benchmarks/peers/setup.sh once.");
        }
    }

    /// <summary>Lets the script do its work once.</summary>
    public Measurement Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{_script} ended without an answer. Run tests/InterestService.Benchmarks/peers/setup.sh once.");
        return JsonSerializer.Deserialize<Measurement>(line)!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
