using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// How libtorch's threads wait for each other at the end of every parallel operation: asleep. By default those of its OpenMP runtime, libgomp,
/// spin for a while first. A training shares its cores with requests and PostgreSQL; as soon as one of its threads waits for a core, the others
/// spin on theirs, and the training takes several times as long as its arithmetic. A value of <c>OMP_WAIT_POLICY</c> in the environment of the
/// process takes precedence.
/// </summary>
internal static partial class TorchWaiting
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "libgomp reads the variable when libtorch is loaded, which any first use of a tensor does.")]
    internal static void Initialize()
    {
        // Environment.SetEnvironmentVariable changes a copy of the environment, which native libraries do not read.
        if (OperatingSystem.IsLinux()) _ = SetVariable("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
