using System.Collections.Concurrent;
using System.Globalization;
using InterestService.Api.Jobs;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Jobs;

public sealed class BackgroundThreadsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_its_continuations_loops_and_threads_run_below_normal_priority_and_the_caller_does_not()
    {
        SkipElsewhere();
        var seen = new ConcurrentBag<(string Where, int Niceness)>();
        int result = await BackgroundThreads.RunAsync(async () =>
        {
            seen.Add(("body", Niceness()));
            await Task.Delay(1, Cancellation);
            seen.Add(("continuation", Niceness()));
            var loop = new ParallelOptions { TaskScheduler = TaskScheduler.Current, CancellationToken = Cancellation };
            Parallel.For(0, 64, loop, _ => seen.Add(("loop", Niceness())));
            var started = new Thread(() => seen.Add(("thread of a library", Niceness())));
            started.Start();
            started.Join();
            return 7;
        });
        Assert.Equal(7, result);
        Assert.Equal(4, seen.Select(one => one.Where).Distinct().Count());
        Assert.All(seen, one => Assert.Equal((one.Where, BackgroundThreads.Niceness), one));
        Assert.Equal(0, Niceness());
        Assert.Same(TaskScheduler.Default, TaskScheduler.Current);
    }

    [Fact]
    public async Task Loops_within_loops_end()
    {
        int count = 0;
        await BackgroundThreads.RunAsync(() =>
        {
            var loop = new ParallelOptions { TaskScheduler = TaskScheduler.Current, CancellationToken = Cancellation };
            Parallel.For(0, 32, loop, _ => Parallel.For(0, 32, loop, _ => Interlocked.Increment(ref count)));
            return Task.FromResult(count);
        });
        Assert.Equal(32 * 32, count);
    }

    [Fact]
    public async Task Failure_and_cancellation_reach_the_caller_and_the_threads_end()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThreads.RunAsync<int>(() => throw new InvalidDataException()));
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThreads.RunAsync<int>(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException();
        }));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThreads.RunAsync(async () =>
        {
            stop.Cancel();
            await Task.Delay(Timeout.Infinite, stop.Token);
            return 0;
        }));
        Thread? worker = null;
        await BackgroundThreads.RunAsync(() => Task.FromResult(worker = Thread.CurrentThread));
        Assert.False(worker!.IsAlive);
    }

    [Fact]
    public async Task What_a_job_did_not_wait_for_goes_on_elsewhere()
    {
        var proceed = new TaskCompletionSource();
        var left = await BackgroundThreads.RunAsync(() => Task.FromResult(Rest(proceed.Task)));
        proceed.SetResult();
        Assert.Equal(3, await left.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));

        static async Task<int> Rest(Task before)
        {
            await before;
            return 3;
        }
    }

    [Fact]
    public async Task A_clustering_computes_below_normal_priority()
    {
        SkipElsewhere();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var clustering = host.Client.ClusterAsync(PlantedEvents.Request());
        bool seen = false;
        while (!clustering.IsCompleted)
        {
            seen |= Directory.GetFiles("/proc/self/task", "stat", SearchOption.AllDirectories).Any(file => TryNiceness(file) == BackgroundThreads.Niceness);
            await Task.Delay(2, Cancellation);
        }

        Assert.Equal("succeeded", (string?)(await clustering)["state"]);
        Assert.True(seen);
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a niceness for each thread.");

    private static int? TryNiceness(string file)
    {
        try
        {
            return Niceness(file);
        }
        catch (IOException)
        {
            return null; // the thread has ended
        }
    }

    /// <summary>Reads the niceness of the calling thread.</summary>
    private static int Niceness(string file = "/proc/thread-self/stat")
    {
        string stat = File.ReadAllText(file);
        // The name of the thread, in brackets, may hold spaces; the niceness is the 17th field after it.
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
