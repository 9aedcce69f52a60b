using System.CommandLine;

namespace InterestService.Benchmarks.Harness;

internal static class Options
{
    public static Option<T> Of<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
