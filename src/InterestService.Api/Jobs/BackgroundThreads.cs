using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using InterestService.Api.Hosting;

namespace InterestService.Api.Jobs;

/// <summary>
/// Threads on which a job computes, at a priority of their own, so that requests to the same process do not wait for it. A job keeps to
/// them: with its continuations, with the pipeline's parallel loops, which use the scheduler of the calling task, and with the threads
/// that libtorch starts, since native threads inherit the priority. There is a thread for each processor, and they end with the job.
/// </summary>
internal sealed class BackgroundThreads : TaskScheduler, IDisposable
{
    /// <summary>Linux' scheduling policy of <see cref="JobPriority.Idle"/>, SCHED_IDLE.</summary>
    public const int IdlePolicy = 5;

    /// <summary>Linux' niceness of <see cref="JobPriority.Low"/>, whose weight is a tenth of the normal one.</summary>
    public const int LowNiceness = 10;

    private const int CallingThread = 0;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly Thread[] _threads;
    private bool _over;

    private BackgroundThreads(JobPriority priority, int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() => Run(priority)) { IsBackground = true, Name = "Job" })];
        foreach (var thread in _threads) thread.Start();
    }

    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Runs a job on threads of its own.</summary>
    /// <param name="priority">Priority of the threads.</param>
    /// <param name="work">The job; its exceptions and its cancellation are the caller's.</param>
    /// <returns>The job's result; what follows runs on the caller's scheduler again.</returns>
    public static async Task<T> RunAsync<T>(JobPriority priority, Func<Task<T>> work)
    {
        using var threads = new BackgroundThreads(priority, Environment.ProcessorCount);
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

    private void Run(JobPriority priority)
    {
        Lower(priority);
        foreach (var task in _tasks.GetConsumingEnumerable()) TryExecuteTask(task);
    }

    /// <summary>
    /// Sets the priority of the calling thread, which needs no privilege. On Linux .NET ignores the priority of a thread; there it is the
    /// system's policy and niceness. Should the system refuse, the job runs all the same.
    /// </summary>
    private static void Lower(JobPriority priority)
    {
        int none = 0;
        switch (priority)
        {
            case JobPriority.Idle when OperatingSystem.IsLinux():
                _ = sched_setscheduler(CallingThread, IdlePolicy, ref none);
                break;
            case JobPriority.Low when OperatingSystem.IsLinux():
                _ = setpriority(which: 0, CallingThread, LowNiceness); // PRIO_PROCESS, which on Linux is a thread
                break;
            case JobPriority.Idle:
                Thread.CurrentThread.Priority = ThreadPriority.Lowest;
                break;
            case JobPriority.Low:
                Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
                break;
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setpriority(int which, int who, int priority);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_setscheduler(int thread, int policy, ref int parameter);
}
