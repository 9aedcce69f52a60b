namespace InterestService.Api.Tests.Allocations;

/// <summary>
/// Compares the bytes that a path allocates with a budget. Unlike its duration, the allocation of a path does not depend on the load of the
/// machine.
/// </summary>
internal static class AllocationBudget
{
    private const int MaxBatches = 200;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Asserts that a path stays within its budget. Code allocates more until the JIT has optimized it, which it does in the background:
    /// batches are repeated until one is within the budget or the maximum number of batches is reached.
    /// </summary>
    /// <param name="budget">Bytes for one unit.</param>
    /// <param name="measure">Runs a batch on one thread and returns the bytes that one unit took.</param>
    public static async Task AssertWithinAsync(double budget, Func<Task<double>> measure)
    {
        double minimum = double.PositiveInfinity;
        for (int batch = 0; batch < MaxBatches && minimum > budget; batch++)
        {
            minimum = Math.Min(minimum, await measure());
            if (minimum > budget) await Task.Delay(_pause, TestContext.Current.CancellationToken);
        }

        Assert.True(minimum <= budget, $"{minimum:F2} bytes, which is above the budget of {budget:F2}.");
    }

    /// <summary>Returns the budget of this build. In a Debug build asynchronous methods are classes, which allocate.</summary>
    public static double Select(double release, double debug) =>
#if DEBUG
        debug;
#else
        release;
#endif

    /// <summary>Returns the bytes that one of several units takes, all in one synchronous call.</summary>
    public static double Measure(int units, Action run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)units;
    }
}
