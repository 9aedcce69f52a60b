using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace InterestService.Api.Jobs;

/// <summary>
/// Threads below normal priority on which a job computes, so that requests to the same process do not wait for it. A job keeps to them:
/// with its continuations, with the pipeline's parallel loops, which use the scheduler of the calling task, and with the threads that
/// libtorch and other libraries start, which inherit the priority. There is a thread for each processor, and they end with the job.
/// </summary>
internal sealed class BackgroundThreads : TaskScheduler, IDisposable
{
    /// <summary>
    /// On Linux .NET ignores the priority of a thread, and the system has a niceness for each: 0 is normal, and each step takes a fifth of
    /// the processor time while others want it. Lowering needs no privilege.
    /// </summary>
    public const int Niceness = 10;

    private const int Process = 0; // PRIO_PROCESS, which on Linux is a thread
    private const uint CallingThread = 0;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly Thread[] _threads;
    private bool _over;

    private BackgroundThreads(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Run) { IsBackground = true, Name = "Job", Priority = ThreadPriority.BelowNormal })];
        foreach (var thread in _threads) thread.Start();
    }

    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Runs a job on threads of its own.</summary>
    /// <param name="work">The job; its exceptions and its cancellation are the caller's.</param>
    /// <returns>The job's result; what follows runs on the caller's scheduler again.</returns>
    public static async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        using var threads = new BackgroundThreads(Environment.ProcessorCount);
        return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, threads).Unwrap();
    }

    /// <summary>Ends the threads once they have nothing to do.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
            _tasks.CompleteAdding();
        }

        foreach (var thread in _threads) thread.Join();
        _tasks.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            if (!_over)
            {
                _tasks.Add(task);
                return;
            }
        }

        // The rest of something that the job did not wait for.
        ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
    }

    /// <summary>Lets a thread that waits for a task run it, also from the queue: the pipeline's loops wait for tasks of their own.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Array.IndexOf(_threads, Thread.CurrentThread) >= 0 && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();

    private void Run()
    {
        // Should it fail, the job runs at normal priority.
        if (OperatingSystem.IsLinux()) _ = setpriority(Process, CallingThread, Niceness);
        foreach (var task in _tasks.GetConsumingEnumerable()) TryExecuteTask(task);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setpriority(int which, uint who, int priority);
}
