using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Settings of the two native libraries below libtorch on Linux, which it does not set itself: the OpenMP runtime (libgomp) and the allocator
/// (glibc). Both are made for a process that has the machine to itself and allocates little. Variables in the environment of the process that
/// set the same take precedence.
/// </summary>
internal static partial class TorchRuntime
{
    /// <summary>
    /// How often a thread of a parallel operation looks for the others before it sleeps, about .1 ms. The default, 300,000, holds a core for
    /// milliseconds: as soon as one thread waits for a core that a request or PostgreSQL has, the others spin on theirs, and a training takes
    /// several times as long as its arithmetic. Without any, each of its short operations costs a system call.
    /// </summary>
    public const string SpinCount = "2000";

    /// <summary>
    /// The allocator's options, their variables and values. By default it returns the memory of a large tensor to the system at once, and each
    /// step of a training faults the same pages in again, which is a third of its time. With these it keeps up to 256 MB. Threads share two arenas
    /// instead of eight for each processor: jobs bring new threads, each of which leaves a little in another arena, and a process would grow by a fifth
    /// in 400 clusterings.
    /// </summary>
    private static readonly (int Option, string Variable, int Value)[] _allocator =
    [
        (Option: -1, "MALLOC_TRIM_THRESHOLD_", 256 << 20),
        (Option: -2, "MALLOC_TOP_PAD_", 16 << 20),
        (Option: -3, "MALLOC_MMAP_THRESHOLD_", 32 << 20), // the largest that glibc accepts
        (Option: -8, "MALLOC_ARENA_MAX", 2),
    ];

    /// <summary>
    /// Returns the memory that the allocator keeps to the system, but for at most 64 MB of each thread. Thread-safe; for the end of a training.
    /// </summary>
    public static void ReleaseFreeMemory()
    {
        if (OperatingSystem.IsLinux()) _ = malloc_trim(0);
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "libgomp reads the variable when libtorch is loaded, which any first use of a tensor does.")]
    internal static void Initialize()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Environment.SetEnvironmentVariable changes a copy of the environment, which native libraries do not read.
        if (!IsSet("OMP_WAIT_POLICY")) _ = setenv("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        foreach (var (option, variable, value) in _allocator)
            if (!IsSet(variable)) _ = mallopt(option, value);
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is not null;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int option, int value);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int malloc_trim(nint pad);
}
