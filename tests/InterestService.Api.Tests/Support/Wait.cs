using System.Diagnostics;

namespace InterestService.Api.Tests.Support;

/// <summary>Waits for what another thread or process does, however busy the machine is.</summary>
internal static class Wait
{
    /// <summary>Far beyond what anything takes; it only turns a wait without end into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <param name="condition">What is waited for.</param>
    /// <param name="describe">Describes what there is instead, for the failure.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string>? describe = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.False(watch.Elapsed > Limit, $"Nothing came of it within {Limit.TotalMinutes} minutes. {describe?.Invoke()}");
            // What takes long is not made longer by being asked for all the time.
            await Task.Delay((int)Math.Clamp(watch.ElapsedMilliseconds / 20, 5, 50), TestContext.Current.CancellationToken);
        }
    }
}
