using System.Globalization;

namespace InterestService.Harness;

/// <summary>Reads the memory of a process from Linux, in bytes.</summary>
/// <param name="Process">Id of the process.</param>
internal sealed record ProcessMemory(int Process)
{
    public static ProcessMemory Current { get; } = new(Environment.ProcessId);

    /// <summary>Current resident memory.</summary>
    public long Resident => ReadStatus("VmRSS");

    /// <summary>The part of the resident memory that is no file: what has been allocated.</summary>
    public long Anonymous => ReadStatus("RssAnon");

    /// <summary>Maximum resident memory since the start or the last <see cref="ResetPeak"/>.</summary>
    public long Peak => ReadStatus("VmHWM");

    /// <summary>Sets the peak to the current resident memory.</summary>
    public void ResetPeak() => File.WriteAllText($"/proc/{Process}/clear_refs", "5");

    private long ReadStatus(string name)
    {
        string line = File.ReadLines($"/proc/{Process}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
