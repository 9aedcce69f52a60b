using System.Diagnostics;
using System.Globalization;

namespace InterestService.Endurance.Overload;

/// <summary>The priority of this process, which runs on the processors of the service that it measures.</summary>
internal static class OwnPriority
{
    /// <summary>Lowers the priority of this process, and not of those that it has started. On Linux each thread has its own, and new ones inherit it.</summary>
    /// <param name="niceness">0, the normal one, to 19.</param>
    public static async Task LowerAsync(int niceness)
    {
        string[] threads = [.. Directory.GetDirectories("/proc/self/task").Select(folder => Path.GetFileName(folder))];
        var start = new ProcessStartInfo("renice", ["-n", niceness.ToString(CultureInfo.InvariantCulture), "-p", .. threads]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var renice = Process.Start(start)!;
        await Task.WhenAll(renice.StandardOutput.ReadToEndAsync(), renice.StandardError.ReadToEndAsync());
        await renice.WaitForExitAsync();
    }
}
