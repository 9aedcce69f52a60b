using System.Globalization;

namespace InterestService.Benchmarks.Harness;

/// <summary>What Linux says of a process's memory, in bytes.</summary>
/// <param name="Process">Id of the process.</param>
internal sealed record ProcessMemory(int Process)
{
    public static ProcessMemory OfThis { get; } = new(Environment.ProcessId);

    /// <summary>Resident now.</summary>
    public long Resident => StatusOf("VmRSS");

    /// <summary>Largest resident so far.</summary>
    public long Peak => StatusOf("VmHWM");

    public void ForgetPeak() => File.WriteAllText($"/proc/{Process}/clear_refs", "5");

    private long StatusOf(string name)
    {
        string line = File.ReadLines($"/proc/{Process}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
