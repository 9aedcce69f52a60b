using System.Collections;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting;

/// <summary>Binds settings to section <c>InterestService</c> of the configuration and validates them at start.</summary>
internal static class Settings
{
    /// <summary>Binds a class of settings.</summary>
    /// <param name="services">The services that receive the settings as <see cref="IOptions{T}"/>.</param>
    /// <param name="subsection">Section within section <c>InterestService</c>; null binds to keys of that section itself.</param>
    /// <param name="check">Returns errors that annotations cannot express.</param>
    public static void AddSettings<T>(this IServiceCollection services, string? subsection = null, Func<T, IEnumerable<string>>? check = null)
        where T : class
    {
        string section = InterestServiceOptions.Section + (subsection is null ? "" : $":{subsection}");
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        string name = nameof(InterestServiceOptions) + (subsection is null ? "" : $".{subsection}");
        services.AddSingleton<IValidateOptions<T>>(provider =>
            new SettingsValidator<T>(name, provider.GetRequiredService<IConfiguration>().GetSection(section), check));
    }

    /// <summary>
    /// Reads the settings of the folder <see cref="InterestServiceOptions.SecretsDirectory"/>, one a file: <c>ConnectionStrings__Postgres</c>. They
    /// replace those of the environment; those of the command line replace them.
    /// </summary>
    /// <param name="configuration">The configuration, which knows the folder.</param>
    /// <param name="args">The command line.</param>
    /// <exception cref="StartupException">The folder does not exist or cannot be read.</exception>
    public static void AddSecretFiles(this ConfigurationManager configuration, string[] args)
    {
        const string Key = $"{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.SecretsDirectory)}";
        if (configuration[Key] is not { Length: > 0 } folder) return;
        if (!Directory.Exists(folder)) throw new StartupException($"{Key.Replace(":", "__", StringComparison.Ordinal)}: there is no folder '{folder}'.");
        configuration.AddKeyPerFile(Path.GetFullPath(folder)).AddCommandLine(args);
    }

    /// <summary>Validates all settings before anything else starts.</summary>
    /// <exception cref="OptionsValidationException">At least one setting is invalid; the message names all that are.</exception>
    public static void ValidateSettings(this IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (AggregateException errors)
        {
            var failures = errors.InnerExceptions.Cast<OptionsValidationException>().SelectMany(error => error.Failures);
            throw new OptionsValidationException(Options.DefaultName, typeof(InterestServiceOptions), failures);
        }
    }

    private sealed class SettingsValidator<T>(string path, IConfigurationSection section, Func<T, IEnumerable<string>>? check) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            string[] errors =
            [
                .. results.Select(result =>
                    $"DataAnnotation validation failed for '{path}' members: '{string.Join(",", result.MemberNames)}' with the error: '{result.ErrorMessage}'."),
                .. UnboundEntries(options),
                .. check?.Invoke(options) ?? [],
            ];
            return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }

        /// <summary>Finds the entries of dictionaries that have no valid value: the binder leaves them out without an error.</summary>
        private IEnumerable<string> UnboundEntries(T options) =>
            from property in typeof(T).GetProperties()
            let entries = property.GetValue(options) as IDictionary
            where entries is not null
            from child in section.GetSection(property.Name).GetChildren()
            where !entries.Contains(child.Key)
            select $"{child.Path}: expected {Expected(entries.GetType())}, found '{child.Value}'.";

        private static string Expected(Type dictionary)
        {
            var value = dictionary.GetInterfaces().First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
                .GetGenericArguments()[1];
            return value.IsEnum ? string.Join(", ", Enum.GetNames(value)) : value == typeof(float) ? "a number" : "a text";
        }
    }
}

/// <summary>The program cannot start for a reason that its user can fix; the message says what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);
