using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace InterestService.Endurance.Fuzzing;

/// <summary>Loads the service a second time, with the readers of uploads instrumented by SharpFuzz so that they tell which branches they take.</summary>
internal sealed class Instrumentation : AssemblyLoadContext, IDisposable
{
    private const string Instrumented = "InterestService.Api.Reading";

    private readonly string _folder = Directory.CreateTempSubdirectory("instrumented-").FullName;
    private readonly Assembly _own = typeof(Instrumentation).Assembly;
    private readonly Assembly _service = typeof(InterestService.Api.Reading.Row).Assembly;

    public Instrumentation()
    {
        string copy = Copy();
        File.Copy(_service.Location, copy);
        Fuzzer.Instrument(copy, type => type.StartsWith(Instrumented, StringComparison.Ordinal), Options.Value);
    }

    /// <summary>Calls a static method of this program that takes and gives types of .NET only, in a copy that uses the instrumented service.</summary>
    public T Call<T>(Delegate method, params object[] arguments) => (T)LoadFromAssemblyPath(_own.Location)
        .GetType(method.Method.DeclaringType!.FullName!)!
        .GetMethod(method.Method.Name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
        .Invoke(null, arguments)!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == _own.GetName().Name ? LoadFromAssemblyPath(_own.Location)
        : assemblyName.Name == _service.GetName().Name ? LoadFromAssemblyPath(Copy())
        : null;

    private string Copy() => Path.Combine(_folder, Path.GetFileName(_service.Location));
}
