/*
 * one_line: a message in one line of C++, by a small wrapper of the kind that a program writes for
 * itself; the connection is kept for the next line.
 *
 *     MSUB_PASSWORD=... one_line ADDRESS PORT USER FROM TO
 */
#include <msub.h>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

class post_office
{
      public:
	explicit post_office(const msub_settings &settings)
	{
		if (msub_network_new(&network_, &settings) != MSUB_OK ||
			msub_sender_new(&sender_, &settings) != MSUB_OK) {
			close();
			throw std::runtime_error("these settings cannot be used");
		}
	}
	~post_office()
	{
		close();
	}
	post_office(const post_office &) = delete;
	post_office &operator=(const post_office &) = delete;

	void send(const std::string &from, const std::vector<std::string> &to,
		const std::string &content)
	{
		mail letter(from, to, content);
		msub_failure failure;
		letter.must(msub_sender_add(sender_, letter.message));
		if (msub_network_run(network_, sender_, &failure) != MSUB_OK)
			throw std::runtime_error(std::string(msub_error_text(failure.error)) +
						 ": " + failure.reply.text + failure.text);
	}

      private:
	struct mail {
		msub_message *message = nullptr;

		mail(const std::string &from, const std::vector<std::string> &to,
			const std::string &content)
		{
			must(msub_message_new(&message, nullptr));
			must(msub_message_sender(message, from.c_str()));
			for (const std::string &one : to)
				must(msub_message_add_recipient(message, one.c_str()));
			must(msub_message_content(message, content.data(), content.size()));
		}
		~mail()
		{
			msub_message_free(message);
		}
		mail(const mail &) = delete;
		mail &operator=(const mail &) = delete;

		void must(msub_error error)
		{
			if (error == MSUB_OK)
				return;
			msub_message_free(message);
			message = nullptr;
			throw std::runtime_error(msub_error_text(error));
		}
	};

	void close()
	{
		msub_sender_free(sender_);
		msub_network_free(network_);
	}

	msub_network *network_ = nullptr;
	msub_sender *sender_ = nullptr;
};

int main(int argc, char **argv)
{
	msub_settings settings;
	if (argc != 6) {
		std::cerr << "usage: one_line ADDRESS PORT USER FROM TO\n";
		return 2;
	}
	msub_settings_init(&settings);
	settings.host = argv[1];
	settings.port = static_cast<uint16_t>(std::strtoul(argv[2], nullptr, 10));
	settings.tls = MSUB_TLS_NONE;
	settings.mechanism = "PLAIN";
	settings.user = argv[3];
	settings.password = std::getenv("MSUB_PASSWORD");
	settings.keep_ms = 60 * 1000;
	try {
		post_office office(settings);
		office.send(argv[4], {argv[5]}, "Subject: one line\n\nhello\n");
		office.send(argv[4], {argv[5]}, "Subject: another line\n\nhello again\n");
	} catch (const std::exception &trouble) {
		std::cerr << trouble.what() << "\n";
		return 1;
	}
	return 0;
}
